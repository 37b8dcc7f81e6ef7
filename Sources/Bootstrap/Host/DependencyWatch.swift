import EventLoop
import JSON
import Telemetry
import Ticketing

/// Asks what the service depends on once a second, from the control loop, so that readiness is an answer from
/// memory and a store that hangs holds up nobody but the watch.
final class DependencyWatch: TimerTarget {
    private let dependencies: ServiceDependencies
    private let logger: Logger
    private let control: EventLoop
    private var isAsking = false
    private var wasUsable = true

    private static let intervalNs: UInt64 = 1_000_000_000

    init(_ dependencies: ServiceDependencies, logger: Logger, on control: EventLoop) {
        self.dependencies = dependencies
        self.logger = logger
        self.control = control
    }

    func begin() {
        guard !dependencies.probes.isEmpty else { return }
        arm()
    }

    func timerFired() {
        arm()
        tellOfChange()
        // One question at a time: a store that does not answer is not asked again and again.
        guard !isAsking else { return }
        isAsking = true
        let watch = LoopBound(self, on: control)
        _ = Task(executorPreference: control) { await watch.value.ask() }
    }

    private func arm() { _ = control.arm(self, atNs: control.nowNs + Self.intervalNs) }

    private func ask() async {
        var down: [String: String] = [:]
        for probe in dependencies.probes {
            do throws(PortError) {
                try await probe.ask()
            } catch {
                for name in probe.names { down[name] = error.description }
            }
        }
        dependencies.note(down: down)
        isAsking = false
        tellOfChange()
    }

    private func tellOfChange() {
        let trouble = dependencies.trouble
        guard (trouble == nil) != wasUsable else { return }
        wasUsable = trouble == nil
        if let trouble {
            logger.error("not ready: a store cannot be used") { $0.member("reason", trouble) }
        } else {
            logger.info("ready again: the stores can be used")
        }
    }
}
