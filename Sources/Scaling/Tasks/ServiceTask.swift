/// What a task of a service is made of: its size, what it is told, and what it is trusted with.
package struct ServiceTask: Equatable, Sendable {
    package let service: ScaledService
    package let size: FargateSize
    /// Settings by variable; `${NAME}` in a value is filled in when the task definition is registered.
    package let settings: [(variable: String, value: String)]
    /// Settings whose values ECS takes from Secrets Manager; the task definition knows only where they are.
    package let secrets: [(variable: String, secret: String)]

    package var executable: String { "ticket-\(service.rawValue)" }

    package static func of(_ service: ScaledService) throws(ScalingError) -> ServiceTask {
        switch service {
        // One loop to a core, and a core to a task: a task more is a core more, in another zone if need be.
        case .publicSite:
            ServiceTask(
                service: service, size: try FargateSize(cpuUnits: 1_024, memoryMiB: 2_048),
                settings: shared, secrets: database + [cache])
        case .confirmDesk:
            ServiceTask(
                service: service, size: try FargateSize(cpuUnits: 1_024, memoryMiB: 2_048),
                settings: shared,
                secrets: database + [cache, ("TICKET_TOKEN_KEY", "${TOKEN_KEY_SECRET_ARN}")])
        case .orderWorker:
            ServiceTask(
                service: service, size: try FargateSize(cpuUnits: 512, memoryMiB: 1_024),
                settings: shared + [payments, ("TICKET_INTEGRITY_SECONDS", "30")],
                secrets: database + [("TICKET_TICKET_KEY", "${TICKET_KEY_SECRET_ARN}")])
        }
    }

    /// Aurora makes this secret and rotates it, so the URL must not hold its value. The variables are libpq's own.
    static let database: [(variable: String, secret: String)] = [
        ("PGUSER", "${ORDERS_SECRET_ARN}:username::"), ("PGPASSWORD", "${ORDERS_SECRET_ARN}:password::"),
    ]
    /// With its token inside, so the whole URL is a secret.
    private static let cache = (variable: "TICKET_CACHE", secret: "${CACHE_URL_SECRET_ARN}")

    /// For the worker, and for whoever abandons a dead letter: its money goes back.
    static let payments = (variable: "TICKET_PAYMENTS", value: "${PAYMENTS_URL}")

    /// Where the data is, for the services and for the task that prepares it.
    static let stores: [(variable: String, value: String)] = [
        ("TICKET_DATA", dataDirectory), ("TICKET_LEDGER", "${LEDGER}"), ("TICKET_QUEUE", "${QUEUE}"),
        ("TICKET_ORDERS", "${ORDERS_URL}"), ("TICKET_CATALOGUE", "${ORDERS_URL}"),
        // For calls of AWS: ECS gives the credentials but not the region.
        ("AWS_REGION", "${AWS_REGION}"),
    ]

    private static let shared: [(variable: String, value: String)] =
        [
            ("TICKET_HOST", "0.0.0.0"), ("TICKET_PORT", String(servingPort)),
            ("TICKET_ADMIN_PORT", String(privatePort)), ("TICKET_LOOPS", "1"),
        ] + stores + [
            // The balancer needs two failed checks of ten seconds to notice; then requests get a minute, which
            // leaves room below `stopTimeout`.
            ("TICKET_DRAIN_DELAY_MS", "25000"), ("TICKET_DRAIN_TIMEOUT_MS", "60000"),
            ("TICKET_METRICS_LOG", "on"), ("TICKET_APP", "${APP_NAME}"),
            ("TICKET_TRACE", "xray:127.0.0.1:2000"), ("TICKET_TRACE_SAMPLE", "1"),
        ]

    package static let servingPort = 8_080
    package static let privatePort = 9_080
    package static let dataDirectory = "/var/lib/ticket"
    /// The longest that Fargate waits between SIGTERM and SIGKILL.
    package static let stopTimeoutSeconds = 120
    /// Nobody: a number, because the image has no list of users.
    package static let user = "65532:65532"

    package static func == (left: ServiceTask, right: ServiceTask) -> Bool {
        left.service == right.service && left.size == right.size
            && left.settings.elementsEqual(right.settings, by: ==)
            && left.secrets.elementsEqual(right.secrets, by: ==)
    }
}
