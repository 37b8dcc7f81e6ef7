import EventLoop
import Glibc

/// A command that is run during the load, to see what the system makes of it.
package struct FaultPlan: Equatable, Sendable {
    package let atSeconds: Double
    package let command: String

    package init(atSeconds: Double, command: String) {
        self.atSeconds = atSeconds
        self.command = command
    }
}

/// What became of it.
package struct FaultRecord: Equatable, Sendable {
    package let command: String
    package let startedAt: Double
    package let endedAt: Double
    package let exitCode: Int
    /// From the command's end to a steady return into bounds; nil when it never came.
    package var recoverySeconds: Double?
}

/// Runs the command with a shell, as an operator would type it.
enum FaultRun {
    private static let pollMs: UInt64 = 10
    /// A command that goes on longer than the load is let finish what it began, then asked, then ended: the run has to end.
    private static let patienceNs: UInt64 = 10_000_000_000

    static func run(
        _ plan: FaultPlan, startNs: UInt64, on loop: EventLoop, began: () -> Void = {},
        isOver: () -> Bool
    ) async -> FaultRecord? {
        let atNs = startNs + UInt64(plan.atSeconds * 1e9)
        while loop.readClockNs() < atNs {
            guard !isOver() else { return nil }
            await loop.sleep(forMs: min(50, (atNs - min(loop.readClockNs(), atNs)) / 1_000_000 + 1))
        }
        func seconds() -> Double { Double(loop.readClockNs() - startNs) / 1e9 }
        let startedAt = seconds()
        began()
        guard let child = start(plan.command) else {
            return FaultRecord(
                command: plan.command, startedAt: startedAt, endedAt: startedAt, exitCode: -1)
        }
        var status: Int32 = 0
        var overAtNs: UInt64?
        var isAsked = false
        while waitpid(child, &status, WNOHANG) == 0 {
            await loop.sleep(forMs: pollMs)
            guard isOver() else { continue }
            let since = overAtNs ?? loop.readClockNs()
            overAtNs = since
            let waitedNs = loop.readClockNs() - since
            if waitedNs > 2 * patienceNs { kill(child, SIGKILL) }
            if waitedNs > patienceNs, !isAsked {
                isAsked = true
                kill(child, SIGTERM)
            }
        }
        let code = status & 0x7f == 0 ? Int(status >> 8) & 0xff : -Int(status & 0x7f)
        return FaultRecord(
            command: plan.command, startedAt: startedAt, endedAt: seconds(), exitCode: code)
    }

    private static func start(_ command: String) -> pid_t? {
        var child: pid_t = 0
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The generator blocks Ctrl-C for itself; the command has to be stoppable.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words: [String] = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, environ) == 0 else { return nil }
        return child
    }
}
