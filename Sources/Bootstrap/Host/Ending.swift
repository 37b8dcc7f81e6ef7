import EventLoop
import HTTP
import JSON
import Telemetry

/// How a process ends: readiness fails, the load balancer notices, the listeners close, what has begun is
/// finished, and only then the process goes. It belongs to the control loop.
final class Ending: TimerTarget {
    private enum Stage { case serving, waitingForBalancer, draining, ended }

    private let control: EventLoop
    private let settings: HostSettings
    private let readiness: Readiness
    private let logger: Logger
    private let fleet: ServerFleet
    private let background: LoopBound<any BackgroundWork>?
    private let ended: () -> Void
    private var stage = Stage.serving
    /// Servers and background work that have not finished yet.
    private var unfinished: Int

    init(
        control: EventLoop, settings: HostSettings, readiness: Readiness, logger: Logger, fleet: ServerFleet,
        background: LoopBound<any BackgroundWork>?, ended: @escaping () -> Void
    ) {
        self.control = control
        self.settings = settings
        self.readiness = readiness
        self.logger = logger
        self.fleet = fleet
        self.background = background
        unfinished = fleet.count + (background == nil ? 0 : 1)
        self.ended = ended
    }

    /// The first signal asks for an orderly end, the second for an immediate one.
    func received(_ signal: Int32) {
        guard stage == .serving else { return giveUp("a second signal") }
        stage = .waitingForBalancer
        readiness.end()
        logger.info("draining") { line in
            line.member("signal", Int(signal))
            line.member("delayMs", settings.drainDelayMs)
            line.member("timeoutMs", settings.drainTimeoutMs)
        }
        guard settings.drainDelayMs > 0 else { return drain() }
        _ = control.arm(self, atNs: control.nowNs + settings.drainDelayMs * 1_000_000)
    }

    func timerFired() {
        switch stage {
        case .waitingForBalancer: drain()
        case .draining: giveUp("the time to drain is over")
        case .serving, .ended: return
        }
    }

    private func drain() {
        stage = .draining
        _ = control.arm(self, atNs: control.nowNs + settings.drainTimeoutMs * 1_000_000)
        let here = LoopBound(self, on: control)
        fleet.drain { here.loop.execute { here.value.partFinished() } }
        // Beside the servers and not after them: an intent that still comes in waits in the queue, durable.
        guard let background else { return }
        let timeoutMs = settings.drainTimeoutMs
        background.loop.execute {
            background.value.drain(withinMs: timeoutMs) {
                here.loop.execute { here.value.partFinished() }
            }
        }
    }

    private func partFinished() {
        unfinished -= 1
        guard unfinished == 0, stage == .draining else { return }
        end()
    }

    private func giveUp(_ reason: String) {
        guard stage != .ended else { return }
        logger.warning("ending with work unfinished") { $0.member("reason", reason) }
        end()
    }

    private func end() {
        stage = .ended
        fleet.closeAll()
        ended()
    }
}
