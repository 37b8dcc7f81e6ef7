import EventLoop
import Glibc
import SQLiteStore
import Synchronization
import Ticketing

/// Measures whole purchases on the embedded store, every step durable. See docs/decisions.
func run() async throws {
    let settings = try BenchSettings(Array(CommandLine.arguments.dropFirst()))
    var storeSettings = StoreSettings()
    if let value = settings.gatherMicroseconds { storeSettings.gatherMicroseconds = value }
    if let value = settings.pageBytes { storeSettings.pageBytes = value }
    if let value = settings.checkpointPages { storeSettings.checkpointPages = value }
    if let value = settings.maxLogPages { storeSettings.maxLogPages = value }
    if let value = settings.maxGroupRequests { storeSettings.maxGroupRequests = value }
    for suffix in ["", "-wal", "-shm"] { unlink(settings.path + suffix) }
    let store = try SQLiteStore(path: settings.path, clock: SystemClock(), settings: storeSettings)
    let sale = try Sale(settings, store)
    let startNs = monotonicNs()
    let timesBefore = threadTimes()

    let loop = LoopThread(name: "bench-loop")
    let executor = loop.loop
    let latencies = try await withThrowingTaskGroup(of: [UInt64].self) { group in
        for _ in 0..<settings.workers {
            group.addTask(executorPreference: executor) {
                try await sale.work()
                return []
            }
        }
        if settings.rate > 0 {
            group.addTask(executorPreference: executor) { try await offer(sale, settings, on: executor) }
        } else {
            for _ in 0..<settings.openers {
                group.addTask(executorPreference: executor) { try await openAll(sale, on: executor) }
            }
        }
        group.addTask {
            try await Task.sleep(for: .seconds(settings.seconds))
            sale.isOver.store(true, ordering: .relaxed)
            return []
        }
        return try await group.reduce(into: [UInt64]()) { $0 += $1 }.sorted()
    }
    let seconds = Double(monotonicNs() - startNs) / 1e9
    report(sale, seconds, latencies, timesBefore)
    loop.stopAndJoin()
    store.close()
}

/// As many as the store takes, with the worker never far behind.
func openAll(_ sale: Sale, on loop: EventLoop) async throws -> [UInt64] {
    var latencies: [UInt64] = []
    while sale.canOpenMore {
        if sale.opened.load(ordering: .relaxed) - sale.settled.load(ordering: .relaxed) > 2_000 {
            await loop.sleep(forMs: 1)
            continue
        }
        latencies.append(try await sale.openOne())
    }
    sale.isOver.store(true, ordering: .relaxed)
    return latencies
}

/// So many a second, whatever the store does: what waits, waits in the figures.
func offer(_ sale: Sale, _ settings: BenchSettings, on loop: EventLoop) async throws -> [UInt64] {
    let startNs = monotonicNs()
    return try await withThrowingTaskGroup(of: UInt64.self) { group in
        var offered = 0
        while sale.canOpenMore {
            let due = Int(Double(monotonicNs() - startNs) / 1e9 * Double(settings.rate))
            while offered < due, sale.canOpenMore {
                offered += 1
                group.addTask(executorPreference: loop) { try await sale.openOne() }
            }
            await loop.sleep(forMs: 1)
        }
        sale.isOver.store(true, ordering: .relaxed)
        return try await group.reduce(into: [UInt64]()) { $0.append($1) }
    }
}

func report(_ sale: Sale, _ seconds: Double, _ latencies: [UInt64], _ before: [String: Double]) {
    func percentile(_ part: Double) -> Double {
        latencies.isEmpty ? 0 : Double(latencies[Int(Double(latencies.count - 1) * part)]) / 1e6
    }
    let settled = sale.settled.load(ordering: .relaxed)
    let statistics = sale.store.statistics
    print("purchases \(settled) in \(rounded(seconds)) s: \(Int(Double(settled) / seconds)) a second")
    print(
        "open, ms: p50 \(rounded(percentile(0.5)))  p99 \(rounded(percentile(0.99)))  max \(rounded(percentile(1)))"
    )
    let groupSize = Double(statistics.requests) / Double(max(1, statistics.commits))
    print(
        "commits \(statistics.commits), requests a commit \(rounded(groupSize)), longest log \(statistics.longestLogPages) pages"
    )
    print("pages logged a purchase \(rounded(Double(statistics.loggedPages) / Double(max(1, settled))))")
    for (name, time) in threadTimes().sorted(by: { $0.value > $1.value }) {
        let used = time - (before[name] ?? 0)
        guard used > 0.01 else { continue }
        print(
            "\(name): \(rounded(used)) s CPU, \(rounded(used * 1e6 / Double(max(1, settled)))) us a purchase")
    }
}

func rounded(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

do {
    try await run()
} catch {
    print("store-bench: \(error)")
    exit(1)
}
