import EventLoop

/// Requests that wait for a connection, in the order in which they came; each gives up at its own deadline.
struct WaitingLine {
    final class Entry: TimerTarget {
        let request: WireRequest
        let completion: CurlTransfer.Completion
        fileprivate var timer: TimerID?
        fileprivate var hasGivenUp = false

        init(_ request: WireRequest, completion: @escaping CurlTransfer.Completion) {
            self.request = request
            self.completion = completion
        }

        func timerFired() {
            timer = nil
            hasGivenUp = true
            completion(
                .failure(
                    .init(code: .queueFull, message: "no connection became free in time", wasSent: false)))
        }
    }

    private var entries: [Entry] = []
    private var first = 0

    /// Those that gave up count until their turn comes: they are few, and the limit is one of memory.
    var count: Int { entries.count - first }

    mutating func append(
        _ request: WireRequest, completion: @escaping CurlTransfer.Completion, on loop: EventLoop
    ) {
        let entry = Entry(request, completion: completion)
        entry.timer = loop.arm(entry, atNs: request.deadlineNs)
        entries.append(entry)
    }

    mutating func removeFirst(on loop: EventLoop) -> Entry? {
        while first < entries.count {
            let entry = entries[first]
            first += 1
            if first == entries.count {
                entries.removeAll(keepingCapacity: entries.capacity <= 1024)
                first = 0
            }
            guard !entry.hasGivenUp else { continue }
            if let timer = entry.timer { loop.cancel(timer) }
            entry.timer = nil
            return entry
        }
        return nil
    }
}
