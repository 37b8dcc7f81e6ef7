import HTTP
import Scaling
import Telemetry

/// Every setting of the system, declared once. A test holds `docs/settings.md` to `Settings.all`.
package enum Settings {
    private static let everyone = Set(Executable.allCases)
    private static let embeddedStore: @Sendable (SettingDefaults) -> String = {
        "sqlite:\($0.dataDirectory)/ticket.db"
    }

    // MARK: Where and how the services listen

    static let host = TypedSetting.address("host", "The address to listen on.", default: "127.0.0.1")
    static let port = TypedSetting.port("port", "The port to serve on; 0 takes a free one.") { defaults in
        switch defaults.executable {
        case .publicSite, .allInOne, .tool: 8080
        case .confirmDesk: 8081
        case .orderWorker: 8082
        }
    }
    static let adminPort = TypedSetting.port(
        "admin-port", "The private port for metrics and readiness; 0 takes a free one."
    ) { defaults in
        switch defaults.executable {
        case .publicSite, .allInOne, .tool: 9080
        case .confirmDesk: 9081
        case .orderWorker: 9082
        }
    }
    static let loops = TypedSetting.number(
        "loops", "Event loops, each with a thread of its own; the default is one a core.", in: 1...64
    ) { min(max($0.cores, 1), 64) }

    // MARK: Logs

    static let logLevel = TypedSetting.logLevel(
        "log-level", "The least level of log lines that are written.", usedBy: everyone
    ) { $0.executable == .tool ? .warning : .info }
    static let accessLogSample = TypedSetting.percent(
        "access-log-sample", "Which share of requests gets an access log line, in percent.", default: "1")

    // MARK: What is told to CloudWatch and X-Ray

    static let app = TypedSetting.word(
        "app", "The application's name, the dimension `App` of its metrics.", usedBy: Executable.services,
        default: "ticket")
    static let metricsLog = TypedSetting.onOff(
        "metrics-log", "Whether metrics are also log lines that CloudWatch reads as metrics.",
        usedBy: Executable.services
    ) { _ in false }
    static let metricsLogSeconds = TypedSetting.number(
        "metrics-log-seconds", "How often such a line is written.", "a number of seconds", in: 1...60,
        default: 10)
    static let trace = TypedSetting.traceTarget(
        "trace", "Where traces of requests go; off costs nothing.", usedBy: Executable.services)
    static let traceSample = TypedSetting.percent(
        "trace-sample", "Which share of requests is traced where no caller has decided, in percent.",
        default: "1")
    static let tracesPerSecond = TypedSetting.number(
        "traces-per-second", "The most traces that begin in a second, whoever asks for them.", in: 1...10_000,
        default: 50)

    // MARK: Limits of HTTP
    // The longest request line and the most header bytes together stay under `ParserLimits.mostHeadBytes`.

    static let maxConnections = TypedSetting.number(
        "max-connections", "Open connections; one more gets 503 and is closed.", in: 1...1_000_000,
        default: 20_000
    )
    static let maxRequestsInFlight = TypedSetting.number(
        "max-requests-in-flight", "Requests being answered at one time; one more gets 503.", in: 1...100_000,
        default: 1_024)
    static let headTimeoutMs = TypedSetting.milliseconds(
        "head-timeout-ms", "How long a request's head may take to arrive.", default: 10_000)
    static let bodyTimeoutMs = TypedSetting.milliseconds(
        "body-timeout-ms", "How long a request's body may take to arrive.", default: 10_000)
    static let handlerTimeoutMs = TypedSetting.milliseconds(
        "handler-timeout-ms", "How long an answer may take to be made.", default: 5_000)
    static let writeTimeoutMs = TypedSetting.milliseconds(
        "write-timeout-ms", "How long a client may take to receive an answer.", default: 20_000)
    static let idleTimeoutMs = TypedSetting.milliseconds(
        "idle-timeout-ms", "How long a connection may stay open without a request.", default: 75_000)
    static let maxRequestLineBytes = TypedSetting.number(
        "max-request-line-bytes", "The longest request line.", in: 64...16_384, default: 8_192)
    static let maxHeaderBytes = TypedSetting.number(
        "max-header-bytes", "All header fields of a request together.", in: 256...32_768, default: 16_384)
    static let maxHeaderCount = TypedSetting.number(
        "max-header-count", "Header fields of a request.", in: 1...ParserLimits.mostHeaders, default: 64)
    static let maxBodyBytes = TypedSetting.number(
        "max-body-bytes", "The longest body of a request.", in: 0...16_777_216, default: 16_384)

    // MARK: Stopping

    static let drainDelayMs = TypedSetting.milliseconds(
        "drain-delay-ms",
        "How long readiness fails before the listener closes, when the service is told to stop.",
        in: 0...600_000, default: 0)
    static let drainTimeoutMs = TypedSetting.milliseconds(
        "drain-timeout-ms", "How long requests may still take after that.", in: 0...600_000, default: 25_000)

    // MARK: Stores

    static let data = TypedSetting.directory(
        "data", "The directory of everything that is kept.", usedBy: everyone, default: ".data")
    static let ledger = TypedSetting.adapter(
        "ledger", "Where seats, holds and payment intents are.", schemes: [.sqlite, .dynamodb],
        usedBy: everyone, default: embeddedStore)
    static let queue = TypedSetting.adapter(
        "queue", "Where intents wait for the worker.", schemes: [.sqlite, .sqs], usedBy: everyone,
        default: embeddedStore)
    static let orders = TypedSetting.adapter(
        "orders", "Where orders and tickets are.", schemes: [.sqlite, .postgres], usedBy: everyone,
        default: embeddedStore)
    static let catalogue = TypedSetting.adapter(
        "catalogue", "Where events and seat maps are.", schemes: [.sqlite, .postgres], usedBy: everyone,
        default: embeddedStore)
    static let cache = TypedSetting.adapter(
        "cache", "What the public answers are shared through.", schemes: [.memory, .redis],
        usedBy: [.publicSite, .confirmDesk, .allInOne], default: { _ in "memory:" })
    static let ordersSecret = TypedSetting.secret(
        "orders-secret",
        "Who we are to PostgreSQL, like PGPASSWORD; a file is read again when refused.",
        expectation: "a password, or the JSON with username and password that Secrets Manager keeps",
        usedBy: everyone)
    static let cacheCAFile = TypedSetting.authorities(
        "cache-ca-file", "Who may have signed the certificate of the cache.",
        usedBy: [.publicSite, .confirmDesk, .allInOne])
    static let payments = TypedSetting.adapter(
        "payments", "The payment gateway.", schemes: [.sandbox], usedBy: [.orderWorker, .allInOne, .tool],
        default: { _ in "sandbox:" })

    // MARK: The public site

    static let publicCacheTTLMs = TypedSetting.milliseconds(
        "public-cache-ttl-ms",
        "How long a cached public answer counts as fresh; from 2900 on requests wait.",
        in: 100...3_000,
        usedBy: [.publicSite, .allInOne], default: 1_000)

    // MARK: Buyers

    private static let desks: Set<Executable> = [.confirmDesk, .allInOne]

    static let guests = TypedSetting.onOff(
        "guests", "Whether anyone may ask for a guest token.", usedBy: desks
    ) { $0.executable == .allInOne }
    static let guestsPerMinute = TypedSetting.number(
        "guests-per-minute", "Guest tokens for one address in a minute.", in: 1...100_000, usedBy: desks,
        default: 60)
    static let buyerRate = TypedSetting.number(
        "buyer-rate", "Requests of one buyer in a second.", in: 1...100_000, usedBy: desks, default: 50)
    static let buyerBurst = TypedSetting.number(
        "buyer-burst", "Requests of one buyer at once after a pause.", in: 1...1_000_000, usedBy: desks,
        default: 250)
    static let tokenKey = TypedSetting.secrets(
        "token-key",
        "Signs buyer tokens; without one it is made and kept in the data directory.",
        minCount: 32, usedBy: desks.union([.tool]))

    // MARK: The worker

    static let ticketKey = TypedSetting.ticketKey(
        "ticket-key",
        "Signs ticket codes; without one it is made and kept in the data directory.",
        usedBy: [.orderWorker, .allInOne])

    static let integritySeconds = TypedSetting.number(
        "integrity-seconds", "How often every seat is counted against the orders; 0 never does.",
        "a number of seconds", in: 0...3_600, usedBy: [.orderWorker, .allInOne], default: 0)

    // MARK: Scaling on AWS

    private static let tool: Set<Executable> = [.tool]

    static let scalingRequestsPerTask = TypedSetting.number(
        "scaling-requests-per-task", "Requests a second that one task of an API service is to have.",
        in: 1...100_000, usedBy: tool, default: ScalingSettings().requestsPerTaskAndSecond)
    static let scalingBacklogPerTask = TypedSetting.number(
        "scaling-backlog-per-task", "Messages that may wait for one worker task.", in: 1...1_000_000,
        usedBy: tool, default: ScalingSettings().backlogPerTask)
    static let scalingPublicTasks = TypedSetting.taskCounts(
        "scaling-public-tasks", "The least and the most tasks of ticket-public.", usedBy: tool,
        default: ScalingSettings().publicTasks)
    static let scalingConfirmTasks = TypedSetting.taskCounts(
        "scaling-confirm-tasks", "The least and the most tasks of ticket-confirm.", usedBy: tool,
        default: ScalingSettings().confirmTasks)
    static let scalingWorkerTasks = TypedSetting.taskCounts(
        "scaling-worker-tasks", "The least and the most tasks of ticket-worker.", usedBy: tool,
        default: ScalingSettings().workerTasks)

    // MARK: All in one process

    static let demo = TypedSetting.onOff(
        "demo", "Whether the event `demo` is made when it is not there.", usedBy: [.allInOne]
    ) { _ in false }
    static let worker = TypedSetting.onOff(
        "worker", "Whether the worker runs too; without it intents stay pending.", usedBy: [.allInOne]
    ) { _ in true }

    /// In the order in which `--help` and `docs/settings.md` show them.
    package static let all: [Setting] = [
        host.setting, port.setting, adminPort.setting, loops.setting, logLevel.setting,
        accessLogSample.setting, app.setting, metricsLog.setting, metricsLogSeconds.setting, trace.setting,
        traceSample.setting, tracesPerSecond.setting,
        maxConnections.setting, maxRequestsInFlight.setting, headTimeoutMs.setting, bodyTimeoutMs.setting,
        handlerTimeoutMs.setting, writeTimeoutMs.setting, idleTimeoutMs.setting, maxRequestLineBytes.setting,
        maxHeaderBytes.setting, maxHeaderCount.setting, maxBodyBytes.setting, drainDelayMs.setting,
        drainTimeoutMs.setting, data.setting, ledger.setting, queue.setting, orders.setting,
        catalogue.setting,
        ordersSecret.setting, cache.setting, cacheCAFile.setting, payments.setting, publicCacheTTLMs.setting,
        guests.setting, guestsPerMinute.setting,
        buyerRate.setting, buyerBurst.setting, tokenKey.setting, ticketKey.setting, integritySeconds.setting,
        scalingRequestsPerTask.setting, scalingBacklogPerTask.setting, scalingPublicTasks.setting,
        scalingConfirmTasks.setting, scalingWorkerTasks.setting, demo.setting, worker.setting,
    ]
}
