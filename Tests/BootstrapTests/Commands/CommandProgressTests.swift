import Synchronization
import Testing

@testable import Bootstrap

@Suite("The progress of a long command")
struct CommandProgressTests {
    private final class Screen: CommandOutput {
        let isTerminal: Bool
        private let said = Mutex(("", ""))

        init(isTerminal: Bool) { self.isTerminal = isTerminal }

        var out: String { said.withLock { $0.0 } }
        var err: String { said.withLock { $0.1 } }

        func isTerminal(_ stream: CommandStream) -> Bool { isTerminal }

        func readLine() -> String? { nil }

        func write(_ bytes: [UInt8], to stream: CommandStream) {
            let text = String(decoding: bytes, as: UTF8.self)
            said.withLock { said in
                switch stream {
                case .standardOutput: said.0 += text
                case .standardError: said.1 += text
                }
            }
        }
    }

    /// Ten pages of a hundred letters, one every so many milliseconds.
    private func run(on screen: Screen, isJSON: Bool = false, msEach: Int64) {
        var nowMs: Int64 = 1_000
        var progress = CommandProgress(
            "redriven", of: 1_000, on: Console(isJSON: isJSON, output: screen), nowMs: { nowMs })
        for page in 1...10 {
            nowMs += msEach
            progress.reached(page * 100)
        }
        progress.end()
    }

    @Test("is drawn on a terminal once the command has lasted two seconds, and is gone at its end")
    func drawn() {
        let screen = Screen(isTerminal: true)
        run(on: screen, msEach: 250)
        let lines = screen.err.split(separator: "\r")
        #expect(lines.first == "[########################......] 800 of 1000 redriven")
        #expect(lines.dropFirst().first == "[###########################...] 900 of 1000 redriven")
        #expect(lines.last == "\u{1B}[K")
        #expect(lines.count == 4)
        #expect(screen.out.isEmpty)
    }

    @Test("is drawn at most five times a second")
    func notTooOften() {
        let screen = Screen(isTerminal: true)
        var nowMs: Int64 = 0
        var progress = CommandProgress(
            "made", of: 10_000, on: Console(isJSON: false, output: screen), nowMs: { nowMs })
        for done in 1...10_000 {
            nowMs += 1
            progress.reached(done)
        }
        #expect(screen.err.count { $0 == "\r" } == 41)
    }

    @Test("of a short command is not drawn, nor wiped away")
    func short() {
        let screen = Screen(isTerminal: true)
        run(on: screen, msEach: 100)
        #expect(screen.err.isEmpty)
    }

    @Test("is nothing where no terminal is, neither bar nor escape", arguments: [false, true])
    func noTerminal(isJSON: Bool) {
        let screen = Screen(isTerminal: false)
        run(on: screen, isJSON: isJSON, msEach: 1_000)
        #expect(screen.err.isEmpty)
        #expect(screen.out.isEmpty)
    }
}
