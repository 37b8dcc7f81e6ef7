import CLinux
import JSON
import Synchronization
import Ticketing

/// What a service depends on, and how that was when it was last asked. Read by every loop, written by the watch.
package final class ServiceDependencies: Sendable {
    /// A question that something needed answers when it works.
    struct Probe: Sendable {
        /// What is known to work when it is answered.
        var names: [String]
        let ask: @Sendable () async throws(PortError) -> Void

        init(_ names: [String], _ ask: @escaping @Sendable () async throws(PortError) -> Void) {
            self.names = names
            self.ask = ask
        }
    }

    private struct State: Sendable {
        /// Names of those that did not answer, with the reason.
        var down: [String: String] = [:]
        var checkedAtMs: Int64
    }

    let probes: [Probe]
    private let state: Mutex<State>

    /// An answer older than this says nothing any more: whatever was asked hangs.
    private static let staleAfterMs: Int64 = 5_000

    /// They were opened just now, so they count as working until they are asked.
    init(probes: [Probe]) {
        self.probes = probes
        state = Mutex(State(checkedAtMs: Int64(clinux_monotonic_ns() / 1_000_000)))
    }

    var areUsable: Bool { trouble == nil }

    /// What is not as it should be, in one sentence; nil when all is well.
    var trouble: String? {
        guard !probes.isEmpty else { return nil }
        let nowMs = Int64(clinux_monotonic_ns() / 1_000_000)
        return state.withLock { state in
            if let (name, reason) = state.down.min(by: { $0.key < $1.key }) { return "\(name): \(reason)" }
            return nowMs - state.checkedAtMs > Self.staleAfterMs ? "the stores do not answer" : nil
        }
    }

    func note(down: [String: String]) {
        let nowMs = Int64(clinux_monotonic_ns() / 1_000_000)
        state.withLock { $0 = State(down: down, checkedAtMs: nowMs) }
    }

    /// The member `dependsOn` of a health answer.
    func write(to writer: inout JSONWriter) {
        let down = state.withLock { $0.down }
        writer.object("dependsOn") { writer in
            for name in probes.flatMap(\.names).sorted() {
                writer.name(name)
                writer.element(down[name] == nil ? "ok" : "down")
            }
        }
    }
}
