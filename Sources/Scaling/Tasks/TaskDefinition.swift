/// A task as `aws ecs register-task-definition` takes it, with `${NAME}` where only the account knows.
package enum TaskDefinition {
    /// The container that takes traces to X-Ray; `tasks/fill.py` takes it out when tracing is off.
    package static let tracingContainer = "xray"

    package static func document(_ task: ServiceTask) -> Document {
        document(task.service.rawValue, task.size, [service(task), tracing])
    }

    /// Prepares the databases once and ends: the worker's image, which holds the tool for people too. Step 08 runs it a second
    /// time with another command, which brings the event that `SEED_EVENT` holds: a task has no file to read, and what is
    /// passed along with a run is limited to 8 KiB.
    package static func databaseInit(_ size: FargateSize) -> Document {
        let container: Document = [
            "name": .text(databaseInitName), "image": "${IMAGE}", "essential": true,
            "entryPoint": ["/usr/local/bin/ticket"], "command": ["db", "init"],
        ]
        return document(
            databaseInitName, size,
            [
                container.adding(confinement).adding([
                    "environment": environment(ServiceTask.stores + [ServiceTask.payments]),
                    "secrets": secrets(ServiceTask.database + [("SEED_EVENT", "${SEED_SECRET_ARN}")]),
                    "stopTimeout": .number(ServiceTask.stopTimeoutSeconds), "logConfiguration": logs,
                ])
            ])
    }

    static let databaseInitName = "db-init"

    package static func files() throws(ScalingError) -> [RenderedFile] {
        var files: [RenderedFile] = []
        for service in ScaledService.allCases {
            let text = document(try ServiceTask.of(service)).jsonFile
            files.append(RenderedFile(path: "tasks/\(service.rawValue).json", text: text))
        }
        let size = try FargateSize(cpuUnits: 256, memoryMiB: 512)
        return files + [
            RenderedFile(path: "tasks/\(databaseInitName).json", text: databaseInit(size).jsonFile)
        ]
    }

    private static func document(_ name: String, _ size: FargateSize, _ containers: [Document]) -> Document {
        [
            "family": .text("${APP_NAME}-\(name)"),
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": .text(String(size.cpuUnits)),
            "memory": .text(String(size.memoryMiB)),
            "runtimePlatform": [
                "operatingSystemFamily": "LINUX", "cpuArchitecture": "${CPU_ARCHITECTURE}",
            ],
            "executionRoleArn": "${EXECUTION_ROLE_ARN}",
            "taskRoleArn": "${TASK_ROLE_ARN}",
            // The root file system is read-only; this is gone with the task.
            "volumes": [["name": "data"]],
            "containerDefinitions": .list(containers),
        ]
    }

    /// What a container may do: next to nothing.
    private static let confinement: Document = [
        "user": .text(ServiceTask.user),
        "readonlyRootFilesystem": true,
        "linuxParameters": ["capabilities": ["drop": ["ALL"]]],
        "mountPoints": [
            ["sourceVolume": "data", "containerPath": .text(ServiceTask.dataDirectory), "readOnly": false]
        ],
    ]

    private static func environment(_ settings: [(variable: String, value: String)]) -> Document {
        .list(settings.map { ["name": .text($0.variable), "value": .text($0.value)] })
    }

    private static func secrets(_ secrets: [(variable: String, secret: String)]) -> Document {
        .list(secrets.map { ["name": .text($0.variable), "valueFrom": .text($0.secret)] })
    }

    /// The names in `${…}`, each once, in the order of their first appearance.
    package static func placeholders(in text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = String(rest[start.upperBound..<end])
            if !found.contains(name) { found.append(name) }
            rest = rest[end...]
        }
        return found
    }

    private static func service(_ task: ServiceTask) -> Document {
        let ports = [ServiceTask.servingPort, ServiceTask.privatePort]
        let container: Document = [
            "name": .text(task.service.rawValue), "image": "${IMAGE}", "essential": true,
            "portMappings": .list(
                ports.map { ["containerPort": .number($0), "hostPort": .number($0), "protocol": "tcp"] }),
        ]
        return container.adding(confinement).adding([
            "environment": environment(task.settings),
            "secrets": secrets(task.secrets),
            // Connections are descriptors, and the service takes as many as it is allowed.
            "ulimits": [["name": "nofile", "softLimit": 65_535, "hardLimit": 65_535]],
            // Whether it lives, not whether its stores answer: a new task would not bring a store back. The
            // balancer asks for readiness itself.
            "healthCheck": [
                "command": ["CMD", .text("/usr/local/bin/\(task.executable)"), "health"], "interval": 10,
                "timeout": 5, "retries": 3, "startPeriod": 20,
            ],
            "stopTimeout": .number(ServiceTask.stopTimeoutSeconds),
            "logConfiguration": logs,
        ])
    }

    private static let tracing: Document = [
        "name": .text(tracingContainer),
        "image": "${XRAY_IMAGE}",
        // Without traces a sale goes on.
        "essential": false,
        "user": .text(ServiceTask.user),
        "readonlyRootFilesystem": true,
        "linuxParameters": ["capabilities": ["drop": ["ALL"]]],
        "command": ["-o", "-n", "${AWS_REGION}", "-b", "127.0.0.1:2000", "-t", "127.0.0.1:2000"],
        "cpu": 32,
        "memoryReservation": 64,
        "stopTimeout": .number(ServiceTask.stopTimeoutSeconds),
        "logConfiguration": logs,
    ]

    /// Lines are lost rather than that a full log holds up a sale.
    private static let logs: Document = [
        "logDriver": "awslogs",
        "options": [
            "awslogs-group": "${LOG_GROUP}", "awslogs-region": "${AWS_REGION}",
            "awslogs-stream-prefix": "ecs", "mode": "non-blocking", "max-buffer-size": "25m",
        ],
    ]
}
