// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every Swift target, so that no target is a little less strict than its neighbour.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    // An async function stays on its caller's loop: an await that does not suspend costs 13 ns instead of 60.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// What runs once a request and more, or feeds what is measured. Exclusivity is checked in every debug build and test;
/// in a release build the check costs 2 % of a request (docs/decisions/0003-http-core.md).
let hotSettings =
    settings + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], isHot: Bool = false) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: isHot ? hotSettings : settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "ticket",
    targets: [
        // MARK: Domain and its ports: imports nothing
        library("Ticketing"),

        // MARK: The ground the services stand on
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CTLS", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CPostgres", dependencies: ["CLinux"]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CCurl", dependencies: ["CLinux"]),
        library("JSON"),
        library("EventLoop", ["CLinux"], isHot: true),
        library("Telemetry", ["JSON"]),
        library("HTTP", ["CLinux", "EventLoop", "JSON", "Telemetry"], isHot: true),
        library("Cryptography", ["CCrypto"]),
        library("EventFiles", ["Ticketing", "JSON", "Cryptography"]),

        library("AWSDouble", ["EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography"], isHot: true),
        library(
            "AWSCalls", ["Ticketing", "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography", "CCurl"],
            isHot: true),

        // MARK: How the services are scaled and run on AWS, as values: imports nothing
        library("Scaling"),
        library(
            "LoadBot", ["Ticketing", "CLinux", "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography"],
            isHot: true),

        // MARK: Adapters, each behind a port
        library("SQLiteStore", ["Ticketing", "EventLoop", "CSQLite"]),
        library("SandboxPayments", ["Ticketing"]),
        library("Postgres", ["Ticketing", "EventLoop", "JSON", "Cryptography", "CPostgres"]),
        library("Redis", ["Ticketing", "EventLoop", "CLinux", "CTLS"], isHot: true),
        library("DynamoDB", ["Ticketing", "AWSCalls", "JSON", "Cryptography"]),
        library("SQS", ["Ticketing", "AWSCalls", "EventLoop", "JSON"]),

        // MARK: The three services, as libraries
        library(
            "PublicSite", ["Ticketing", "HTTP", "JSON", "Telemetry", "Cryptography", "CBrotli", "CZlib"],
            isHot: true),
        library("ConfirmDesk", ["Ticketing", "HTTP", "JSON", "Telemetry", "Cryptography"]),
        library("OrderWorker", ["Ticketing", "HTTP", "JSON", "Telemetry", "Cryptography"]),

        // MARK: The one place that names live adapters
        library(
            "Bootstrap",
            [
                "Ticketing", "EventLoop", "HTTP", "JSON", "Telemetry", "Cryptography", "SQLiteStore",
                "SandboxPayments", "Postgres", "Redis", "DynamoDB", "SQS", "AWSCalls", "PublicSite",
                "ConfirmDesk", "OrderWorker", "EventFiles", "LoadBot",
                "CLinux",
                "Scaling",
            ]),

        // MARK: Executables
        executable("ticket-public", ["Bootstrap"]),
        executable("ticket-confirm", ["Bootstrap"]),
        executable("ticket-worker", ["Bootstrap"]),
        executable("ticket", ["Bootstrap"]),
        executable("aws-double", ["AWSDouble"]),
        executable(
            "store-bench", ["Ticketing", "EventLoop", "SQLiteStore", "SandboxPayments"],
            path: "bench/store-bench"),
        executable(
            "orders-bench", ["Ticketing", "EventLoop", "JSON", "Postgres"], path: "bench/orders-bench"),
        executable("http-bench-server", ["Bootstrap", "HTTP"], path: "bench/http-bench-server"),
        executable(
            "redis-bench-server", ["Bootstrap", "HTTP", "Redis", "Ticketing"],
            path: "bench/redis-bench-server"),
        executable(
            "aws-bench", ["DynamoDB", "SQS", "AWSCalls", "Ticketing", "EventLoop", "JSON", "Telemetry"],
            path: "bench/aws-bench"),

        // MARK: Tests
        library("TicketingTesting", ["Ticketing", "CLinux"]),
        tests("TicketingTests", ["Ticketing", "TicketingTesting"]),
        tests("ScalingTests", ["Scaling", "JSON"]),
        tests("JSONTests", ["JSON"]),
        tests("EventLoopTests", ["EventLoop", "CLinux"]),
        tests("TelemetryTests", ["Telemetry", "JSON", "TicketingTesting"]),
        tests("HTTPTests", ["HTTP", "EventLoop", "JSON", "Telemetry", "CLinux"]),
        tests("CryptographyTests", ["Cryptography"]),
        tests(
            "AWSCallsTests",
            [
                "AWSCalls", "DynamoDB", "SQS", "Ticketing", "TicketingTesting", "EventLoop", "JSON",
                "Telemetry", "CTLS",
            ]),
        tests(
            "AWSStoreTests",
            [
                "DynamoDB", "SQS", "AWSCalls", "Ticketing", "TicketingTesting", "EventLoop", "JSON",
                "Telemetry", "OrderWorker", "Bootstrap", "CLinux", "aws-double",
            ]),
        tests("EventFilesTests", ["EventFiles", "JSON", "Ticketing"]),
        tests("SQLiteStoreTests", ["SQLiteStore", "CSQLite", "Ticketing", "TicketingTesting"]),
        tests(
            "PostgresTests",
            [
                "Postgres", "Ticketing", "TicketingTesting", "EventLoop", "Cryptography", "CLinux",
                "Bootstrap", "SandboxPayments", "JSON",
            ]),
        tests(
            "RedisTests",
            [
                "Redis", "Ticketing", "TicketingTesting", "EventLoop", "CLinux", "PublicSite", "HTTP",
                "Telemetry",
            ]),
        tests("SandboxPaymentsTests", ["SandboxPayments", "SQLiteStore", "Ticketing", "TicketingTesting"]),
        tests(
            "PublicSiteTests",
            [
                "PublicSite", "Ticketing", "TicketingTesting", "EventLoop", "HTTP", "JSON", "Telemetry",
                "Cryptography", "CBrotli", "CZlib",
            ]),
        tests(
            "ConfirmDeskTests",
            [
                "ConfirmDesk", "Ticketing", "TicketingTesting", "HTTP", "JSON", "Telemetry", "Cryptography",
                "EventLoop",
            ]),
        tests(
            "OrderWorkerTests",
            ["OrderWorker", "Ticketing", "TicketingTesting", "Cryptography", "HTTP", "JSON", "Telemetry"]),
        tests(
            "BootstrapTests",
            [
                "Bootstrap", "Cryptography", "EventLoop", "HTTP", "JSON", "OrderWorker", "Scaling",
                "Telemetry",
                "Ticketing", "TicketingTesting",
            ]),
        tests("AWSDoubleTests", ["AWSDouble", "Cryptography", "HTTP", "JSON"]),
        tests(
            "LoadBotTests",
            ["LoadBot", "Ticketing", "TicketingTesting", "CLinux", "EventLoop", "HTTP", "JSON", "Telemetry"]),
        tests("HouseTests", []),
        tests(
            "ServiceTests",
            [
                "HTTP", "EventLoop", "JSON", "CLinux", "TicketingTesting", "ticket-public", "ticket-confirm",
                "ticket-worker", "ticket",
            ]),
    ]
)
