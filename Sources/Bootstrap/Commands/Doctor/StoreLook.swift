import Glibc
import Ticketing

/// The files of the stores and keys, and what stands in them.
enum StoreLook {
    // MARK: From outside

    static func files(_ run: CommandRun) -> [DoctorFinding] {
        paths(run).map(file) + keys(run)
    }

    private static func paths(_ run: CommandRun) -> [String] {
        let stores = run.configuration.stores
        var paths: [String] = []
        for path in [stores.ledger, stores.queue, stores.orders, stores.catalogue].compactMap(\.path)
        where !paths.contains(path) { paths.append(path) }
        return paths
    }

    private static func file(_ path: String) -> DoctorFinding {
        let subject = "store"
        guard access(path, F_OK) == 0 else {
            return .warn(
                subject, "there is none at \(path) yet", cure: "`ticket run` makes it; or --data is wrong")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            return .fail(
                subject, "\(path) cannot be read and written by this user",
                cure: "run as its owner, or chown it")
        }
        guard let header = StoreHeader(path) else {
            return .fail(
                subject, "\(path) is no store of ticket", cure: "name another file, or restore this one")
        }
        guard !KeptSecret.isExposed(path) else {
            return .warn(
                subject, "others can read \(path), with buyers and orders in it", cure: "chmod 600 \(path)")
        }
        return .ok(
            subject,
            "\(path), schema \(header.schemaVersion.map { String($0) } ?? "new"), \(header.sizeKiB) KiB")
    }

    private static func keys(_ run: CommandRun) -> [DoctorFinding] {
        let directory = run.configuration.dataDirectory
        let token: DoctorFinding =
            run.configuration.tokenKeys.isEmpty
            ? key("token key", "\(directory)/\(BuyerKeys.fileName)") { () throws(StartFailure) in
                _ = try BuyerKeys.open([], dataDirectory: directory)
            } : .ok("token key", "from the settings")
        let ticket = key("ticket key", "\(directory)/\(TicketKeySeed.fileName)") { () throws(StartFailure) in
            _ = try TicketKeySeed.open(nil, dataDirectory: directory)
        }
        return [token, ticket]
    }

    private static func key(
        _ subject: String, _ path: String, _ read: () throws(StartFailure) -> Void
    ) -> DoctorFinding {
        guard access(path, F_OK) == 0 else { return .ok(subject, "made at the first start") }
        do throws(StartFailure) {
            try read()
        } catch {
            return .fail(subject, error.message, cure: "restore it from a backup")
        }
        guard !KeptSecret.isExposed(path) else {
            return .fail(subject, "others can read \(path), and sign with it", cure: "chmod 600 \(path)")
        }
        return .ok(subject, path)
    }

    // MARK: From inside

    /// Nothing when a file is missing: to open it would make it.
    static func contents(_ run: CommandRun) async -> [DoctorFinding] {
        guard paths(run).allSatisfy({ access($0, F_OK) == 0 && StoreHeader($0) != nil }) else { return [] }
        do throws(CommandFailure) {
            let stores = try run.existingStores()
            defer { stores.close() }
            return try await events(stores, run) + queue(stores)
        } catch {
            return [.fail("store", error.message, cure: "mend what it names; a sale cannot go on without it")]
        }
    }

    private static func events(_ stores: Stores, _ run: CommandRun) async throws(CommandFailure)
        -> [DoctorFinding]
    {
        let events = try await asking { () throws(PortError) in try await stores.catalogue.events() }
        guard !events.isEmpty else {
            return [.warn("events", "there is none", cure: "`ticket events import FILE.json` brings one")]
        }
        let now = run.clock.now()
        return events.map { event in
            let phase = SalePhase(of: event, at: now)
            let words = "\(event.id): \(event.capacity) seats, \(phase.words)"
            guard case .after = phase else { return .ok("event", words) }
            return .warn(
                "event", words, cure: "import it with a later sale.closesAt if it is still to be sold")
        }
    }

    private static func queue(_ stores: Stores) async throws(CommandFailure) -> [DoctorFinding] {
        let stats = try await asking { () throws(PortError) in try await stores.queue.stats() }
        let letters = try await asking { () throws(PortError) in try await stores.deadLetters.letterCount() }
        let words = "\(stats.visible) waiting, \(stats.inFlight) worked on"
        let depth: DoctorFinding =
            switch stats.waitMs {
            case nil:
                .warn(
                    "queue", "\(words), the oldest for nobody knows how long",
                    cure: "see that a worker runs; CloudWatch's ApproximateAgeOfOldestMessage has the age")
            case let waitMs? where waitMs > 30_000:
                .warn(
                    "queue", "\(words), the oldest for \(waitMs) ms",
                    cure: "see that a worker runs: `ticket run` or `ticket-worker`")
            case let waitMs?: .ok("queue", "\(words), the oldest for \(waitMs) ms")
            }
        let dead: DoctorFinding =
            letters + stats.dead > 0
            ? .warn(
                "dead letters", "\(letters + stats.dead)",
                cure: "`ticket queue dead` says why; then redrive or abandon them")
            : .ok("dead letters", "none")
        return [depth, dead]
    }
}
