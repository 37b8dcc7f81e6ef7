/// Who may import whom. Arrows point inward only: the domain imports nothing, services know the domain and the
/// ground they stand on, and Bootstrap alone knows the adapters. A new target has to be entered here, which is
/// the moment to ask whether its arrows point the right way.
enum HousePlan {
    static let domain = "Ticketing"
    static let services: Set<String> = ["PublicSite", "ConfirmDesk", "OrderWorker"]
    static let bootstrap = "Bootstrap"

    /// Known by Bootstrap only. Names are reserved here before the target exists.
    static let adapters: Set<String> = [
        "SQLiteStore", "SandboxPayments", "DynamoDB", "SQS", "Redis", "Postgres", "HTTPSPayments",
    ]

    /// The system's modules that any Swift target but the domain and the executables may use.
    static let system: Set<String> = ["Glibc", "Synchronization"]

    /// For each target in Sources/, all it may import, the system's modules included.
    static let mayImport: [String: Set<String>] = [
        domain: [],

        "CLinux": [], "CCrypto": [], "CTLS": [], "CSQLite": [], "CBrotli": [], "CZlib": [],
        "CPostgres": ["CLinux"], "CCurl": ["CLinux"],

        "JSON": system,
        "EventLoop": system.union(["CLinux"]),
        "Telemetry": system.union(["JSON"]),
        "HTTP": system.union(["CLinux", "EventLoop", "JSON", "Telemetry"]),
        "Cryptography": system.union(["CCrypto"]),
        "EventFiles": system.union([domain, "JSON", "Cryptography"]),

        "Scaling": [],
        "AWSCalls": system.union([
            domain, "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography", "CCurl",
        ]),

        "LoadBot": system.union([
            domain, "CLinux", "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography",
        ]),

        // Stands in for AWS in tests and benchmarks; nothing that runs in production knows it.
        "AWSDouble": system.union(["EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography"]),

        "SQLiteStore": system.union([domain, "EventLoop", "CSQLite"]),
        "SandboxPayments": system.union([domain]),
        "Postgres": system.union([domain, "EventLoop", "JSON", "Cryptography", "CPostgres"]),
        "Redis": system.union([domain, "EventLoop", "CLinux", "CTLS"]),
        "DynamoDB": system.union([domain, "AWSCalls", "JSON", "Cryptography"]),
        "SQS": system.union([domain, "AWSCalls", "EventLoop", "JSON"]),

        "PublicSite": system.union([
            domain, "HTTP", "JSON", "Telemetry", "Cryptography", "CBrotli", "CZlib",
        ]),
        "ConfirmDesk": system.union([domain, "HTTP", "JSON", "Telemetry", "Cryptography"]),
        "OrderWorker": system.union([domain, "HTTP", "JSON", "Telemetry", "Cryptography"]),

        bootstrap: system.union(adapters).union(services).union([
            domain, "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography", "EventFiles", "CLinux",
            "LoadBot", "Scaling", "AWSCalls",
        ]),

        "ticket-public": [bootstrap], "ticket-confirm": [bootstrap], "ticket-worker": [bootstrap],
        "ticket": [bootstrap], "aws-double": ["AWSDouble"],

        "TicketingTesting": system.union([domain, "Testing", "CLinux"]),
    ]

    /// Targets that may import Foundation in some form, each with the reason. None does.
    static let mayImportFoundation: [String: String] = [:]

    static let maxFileLines = 350
    static let maxExecutableLines = 30

    /// Files in Sources/ that may be longer than the limit, each with the reason.
    static let longFiles: [String: String] = [:]
}
