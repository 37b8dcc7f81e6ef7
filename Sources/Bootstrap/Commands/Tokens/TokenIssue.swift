import ConfirmDesk
import JSON
import Ticketing

/// `ticket token issue`: tokens for partners and for load tests.
enum TokenIssue {
    static let maxCount = 1_000_000

    static let command = Command(
        "token issue", summary: "Makes buyer tokens, one a line.",
        details: """
            Without --buyer each token is a new guest's. The key is the setting's or the one in the data directory: tokens are
            good at every service that has the same key. With --json each line is an object with the buyer and the end.
            """,
        options: [
            CommandOption("--buyer", "NAME", "The account that it stands for."),
            CommandOption("--count", "N", "How many; 1, at most \(maxCount)."),
            CommandOption("--hours", "H", "How long they are good; 24, at most 8760."),
        ]
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let count = try run.arguments.number("--count", in: 1...maxCount, default: 1)
        let seconds = try run.arguments.number("--hours", in: 1...8_760, default: 24) * 3_600
        let account = try account(run)
        let tokens = GuestTokens(keys: try keys(run), clock: run.clock)
        var lines = LineBatch(run.console)
        var progress = CommandProgress("tokens made", of: count, on: run.console)
        for index in 1...count {
            lines.add(
                account.map { tokens.issue(account: $0, lifetimeSeconds: seconds) }
                    ?? tokens.issue(lifetimeSeconds: seconds))
            if index % 1_000 == 0 { progress.reached(index) }
        }
        progress.end()
        lines.flush()
    }

    private static func account(_ run: CommandRun) throws(CommandFailure) -> BuyerID? {
        guard let name = run.arguments.value("--buyer") else { return nil }
        do throws(InvalidValue) {
            return try BuyerID(name)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func keys(_ run: CommandRun) throws(CommandFailure) -> TokenKeys {
        do throws(StartFailure) {
            return try BuyerKeys.open(
                run.configuration.tokenKeys, dataDirectory: run.configuration.dataDirectory)
        } catch {
            throw .unavailable(error.message)
        }
    }

    /// Gathers lines, so that a million of them are not a million writes.
    private struct LineBatch {
        private let console: Console
        private var bytes: [UInt8] = []

        private static let size = 65_536

        init(_ console: Console) { self.console = console }

        mutating func add(_ token: BuyerToken) {
            if console.isJSON {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("buyer", token.buyer.id.text)
                    writer.member("token", token.text)
                    writer.member("expiresAt", token.expiresAt.text)
                }
                bytes += writer.bytes
            } else {
                bytes += token.text.utf8
            }
            bytes.append(UInt8(ascii: "\n"))
            if bytes.count >= Self.size { flush() }
        }

        mutating func flush() {
            console.raw(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }
}
