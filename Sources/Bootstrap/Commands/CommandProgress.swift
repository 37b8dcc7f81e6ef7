import CLinux

/// How far a long command is, on a terminal and only when it lasts: a bar that flashes past helps nobody.
struct CommandProgress {
    private let console: Console
    private let what: String
    private let total: Int
    private let nowMs: () -> Int64
    private let startedAtMs: Int64
    private var shownAtMs: Int64 = 0
    private var isShown = false

    private static let delayMs: Int64 = 2_000
    private static let intervalMs: Int64 = 200
    private static let width = 30

    /// `what` ends the line: `letters redriven`.
    init(
        _ what: String, of total: Int, on console: Console,
        nowMs: @escaping () -> Int64 = { Int64(clinux_monotonic_ns() / 1_000_000) }
    ) {
        self.what = what
        self.total = total
        self.console = console
        self.nowMs = nowMs
        startedAtMs = nowMs()
    }

    mutating func reached(_ done: Int) {
        let nowMs = nowMs()
        guard nowMs - startedAtMs >= Self.delayMs, nowMs - shownAtMs >= Self.intervalMs,
            console.output.isTerminal(.standardError)
        else { return }
        shownAtMs = nowMs
        isShown = true
        let filled = total == 0 ? Self.width : min(Self.width, done * Self.width / total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        console.output.write("\r[\(bar)] \(done) of \(total) \(what)", to: .standardError)
    }

    /// Leaves the line empty for what comes next.
    mutating func end() {
        guard isShown else { return }
        isShown = false
        console.output.write("\r\u{1B}[K", to: .standardError)
    }
}
