import JSON
import Telemetry
import Ticketing

/// Getting messages into hand: as many as there is room for, none while something they need is down.
extension OrderWorker {
    func receiveUntilStopped() async {
        var failedReceives = 0
        while let max = await room() {
            do {
                let received = try await ports.queue.receive(
                    max: max, waitMs: settings.receiveWaitMs, visibilityMs: settings.visibilityMs)
                roomReserved -= max
                if failedReceives > 0 { receiveSucceeded() }
                failedReceives = 0
                take(received)
            } catch {
                roomReserved -= max
                failedReceives += 1
                receiveFailed(error, failedReceives)
                let delayMs = settings.outages.delayMs(after: failedReceives, ports.randomness)
                try? await ports.clock.sleep(ms: delayMs)
            }
        }
        receiversRunning -= 1
        endDrainIfEmpty()
    }

    /// Reserves room for the next receive and says for how many; nil once the worker stops.
    private func room() async -> Int? {
        while !isStopping {
            let now = ports.clock.now()
            switch receiving(at: now) {
            case .freely:
                // A full receive or none: a receive for every message that ends would cost as much as the
                // work itself.
                let wanted = maxPerReceive
                if settings.maxInHand - inHand.count - roomReserved >= wanted {
                    roomReserved += wanted
                    return wanted
                }
            case .oneAt(let moment) where moment <= now && inHand.count + roomReserved == 0:
                roomReserved += 1
                return 1
            case .oneAt(let moment) where moment > now:
                wakeReceivers(at: moment)
            case .oneAt, .notNow:
                break
            }
            await withCheckedContinuation { receiversWaiting.append($0) }
        }
        return nil
    }

    private var maxPerReceive: Int {
        max(1, min(ports.queue.maxBatch, settings.maxInHand / settings.receivers))
    }

    private func receiving(at now: Timestamp) -> Circuit.Receiving {
        var strictest = Circuit.Receiving.freely
        for dependency in Dependency.allCases {
            switch (circuits[dependency]?.receives(at: now) ?? .freely, strictest) {
            case (.notNow, _): return .notNow
            case (.oneAt(let moment), .oneAt(let other)): strictest = .oneAt(max(moment, other))
            case (.oneAt(let moment), _): strictest = .oneAt(moment)
            case (.freely, _): break
            }
        }
        return strictest
    }

    func wakeReceivers() {
        guard !receiversWaiting.isEmpty else { return }
        let waiting = receiversWaiting
        receiversWaiting = []
        for continuation in waiting { continuation.resume() }
    }

    private func wakeReceivers(at moment: Timestamp) {
        wakeTimer?.cancel()
        wakeTimer = begin { worker in
            guard (try? await worker.ports.clock.sleep(until: moment)) != nil else { return }
            worker.wakeReceivers()
        }
    }

    private func take(_ received: [ReceivedMessage]) {
        guard !received.isEmpty else { return }
        let now = ports.clock.now()
        metrics.received.add(UInt64(received.count))
        // Messages of one group are worked on one after the other; the rest side by side.
        var lanes: [[HandID]] = []
        var laneByGroup: [String: Int] = [:]
        for message in received {
            let hand = inHand.take(message, visibilityMs: settings.visibilityMs, now: now)
            if let lane = laneByGroup[message.group] {
                lanes[lane].append(hand)
            } else {
                laneByGroup[message.group] = lanes.count
                lanes.append([hand])
            }
        }
        showInHand()
        for lane in lanes { begin { worker in await worker.work(lane) } }
    }

    private func receiveFailed(_ error: PortError, _ failedReceives: Int) {
        status.update { $0.failedReceives = failedReceives }
        guard !isStopping else { return }
        ports.logger.warning("the queue gives no messages") { line in
            line.member("error", error.description)
            line.member("failedReceives", failedReceives)
        }
    }

    private func receiveSucceeded() {
        status.update { $0.failedReceives = 0 }
        ports.logger.info("the queue gives messages again")
    }
}
