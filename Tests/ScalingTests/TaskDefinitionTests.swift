import JSON
import Scaling
import Testing

@Suite("Task definitions")
struct TaskDefinitionTests {
    private func document(_ service: ScaledService) throws -> JSONValue {
        try JSONValue(parsing: TaskDefinition.document(try ServiceTask.of(service)).jsonFile)
    }

    private func container(_ service: ScaledService) throws -> JSONValue {
        try #require(try document(service)["containerDefinitions"]?.array?.first)
    }

    @Test(
        "a task's CPU and memory are a pair that Fargate has, and its containers fit in",
        arguments: ScaledService.allCases)
    func size(service: ScaledService) throws {
        let task = try document(service)
        let cpu = try #require(task["cpu"]?.string.flatMap { Int($0) })
        let memory = try #require(task["memory"]?.string.flatMap { Int($0) })
        #expect(throws: Never.self) { try FargateSize(cpuUnits: cpu, memoryMiB: memory) }
        let containers = try #require(task["containerDefinitions"]?.array)
        #expect(containers.compactMap { $0["cpu"]?.int }.reduce(0, +) < cpu / 4)
        #expect(containers.compactMap { $0["memoryReservation"]?.int }.reduce(0, +) < memory / 4)
    }

    @Test(
        "every container is confined: no root, nothing to write on, no capability",
        arguments: ScaledService.allCases)
    func confined(service: ScaledService) throws {
        for container in try #require(try document(service)["containerDefinitions"]?.array) {
            #expect(container["user"]?.string == "65532:65532")
            #expect(container["readonlyRootFilesystem"]?.bool == true)
            #expect(
                container["linuxParameters"]?["capabilities"]?["drop"]?.array?.compactMap(\.string) == ["ALL"]
            )
            #expect(container["stopTimeout"]?.int == 120)
            #expect(container["logConfiguration"]?["logDriver"]?.string == "awslogs")
        }
    }

    @Test("the health check is the program itself, without a shell", arguments: ScaledService.allCases)
    func health(service: ScaledService) throws {
        #expect(
            try container(service)["healthCheck"]?["command"]?.array?.compactMap(\.string) == [
                "CMD", "/usr/local/bin/ticket-\(service.rawValue)", "health",
            ])
    }

    @Test("draining ends before the task is killed", arguments: ScaledService.allCases)
    func drain(service: ScaledService) throws {
        let settings = Dictionary(
            uniqueKeysWithValues: try ServiceTask.of(service).settings.map { ($0.variable, $0.value) })
        let delayMs = try #require(settings["TICKET_DRAIN_DELAY_MS"].flatMap { Int($0) })
        let timeoutMs = try #require(settings["TICKET_DRAIN_TIMEOUT_MS"].flatMap { Int($0) })
        #expect(delayMs + timeoutMs < ServiceTask.stopTimeoutSeconds * 1_000 - 10_000)
    }

    @Test("secrets are named and never written: no variable is given both ways")
    func secrets() throws {
        for service in ScaledService.allCases {
            let task = try ServiceTask.of(service)
            for secret in task.secrets {
                #expect(secret.secret.hasPrefix("${") && secret.secret.contains("_ARN}"))
            }
            let plain = Set(task.settings.map(\.variable))
            #expect(plain.isDisjoint(with: task.secrets.map(\.variable)))
        }
        let confirm = try ServiceTask.of(.confirmDesk)
        #expect(confirm.secrets.contains { $0.variable == "TICKET_TOKEN_KEY" })
        // Only who signs has the key.
        for service in [ScaledService.publicSite, .orderWorker] {
            #expect(!(try ServiceTask.of(service)).secrets.contains { $0.variable == "TICKET_TOKEN_KEY" })
        }
    }

    @Test("the database is prepared by the tool in the worker's image, which ends by itself")
    func databaseInit() throws {
        let file = try #require(try TaskDefinition.files().first { $0.path == "tasks/db-init.json" })
        let container = try #require(try JSONValue(parsing: file.text)["containerDefinitions"]?.array?.first)
        #expect(container["entryPoint"]?.array?.compactMap(\.string) == ["/usr/local/bin/ticket"])
        #expect(container["command"]?.array?.compactMap(\.string) == ["db", "init"])
        #expect(container["healthCheck"] == nil && container["readonlyRootFilesystem"]?.bool == true)
    }

    @Test("names in braces are found once each, in order")
    func placeholders() {
        #expect(TaskDefinition.placeholders(in: "a ${B}:${C}/${B} ${") == ["B", "C"])
    }
}
