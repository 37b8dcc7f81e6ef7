import JSON

/// The calls about queues themselves.
extension QueueStore {
    func createQueue(_ body: UnsafeRawBufferPointer, host: String) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        guard let name = request.name else { throw .missingParameter("QueueName") }
        let isFIFO = request.attributes.contains { $0.0 == "FifoQueue" && $0.1 == "true" }
        guard isFIFO else {
            guard !name.string.hasSuffix(".fifo") else { throw Self.badName }
            throw .queueUnsupported("standard queues")
        }
        guard Self.isName(name) else { throw Self.badName }
        var settings = QueueSettings()
        try settings.apply(request.attributes)
        try checkTarget(settings, request)
        if let known = queues[name] {
            guard known.settings == settings else {
                throw .queue(
                    "QueueNameExists",
                    "A queue already exists with the same name and a different value for an attribute.",
                    code: "QueueAlreadyExists")
            }
            return url(name, host)
        }
        if let deletedAtMs = deletedAtMs[name], clock.nowMs < deletedAtMs + FIFOLimits.pauseMs {
            throw .queue(
                "QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another with the same "
                    + "name.", code: "AWS.SimpleQueueService.QueueDeletedRecently")
        }
        makeQueue(name).settings = settings
        return url(name, host)
    }

    func getQueueURL(_ body: UnsafeRawBufferPointer, host: String) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        guard let name = request.name else { throw .missingParameter("QueueName") }
        guard queues[name] != nil else { throw .queueMissing }
        return url(name, host)
    }

    func listQueues(_ body: UnsafeRawBufferPointer, host: String) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let names = queues.keys.sorted().filter { $0.starts(with: request.namePrefix ?? "") }
        var writer = JSONWriter()
        writer.object { writer in
            guard !names.isEmpty else { return }
            writer.array("QueueUrls") { writer in
                for name in names.prefix(1_000) { writer.element(Self.address(name, host)) }
            }
        }
        return QueueAnswer(body: writer.take())
    }

    func deleteQueue(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let queue = try queue(try QueueRequest.parse(body))
        queues[queue.name] = nil
        deletedAtMs[queue.name] = clock.nowMs
        for waiter in queue.waiters { waiter.finish([]) }
        queue.waiters = []
        return QueueAnswer(body: Self.nothing)
    }

    func purgeQueue(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let queue = try queue(try QueueRequest.parse(body))
        let nowMs = clock.nowMs
        if let purgedAtMs = queue.purgedAtMs, nowMs < purgedAtMs + FIFOLimits.pauseMs {
            throw .queue(
                "PurgeQueueInProgress",
                "Only one PurgeQueue operation on \(queue.name) is allowed every 60 seconds.",
                code: "AWS.SimpleQueueService.PurgeQueueInProgress")
        }
        queue.purge(nowMs: nowMs)
        return QueueAnswer(body: Self.nothing)
    }

    func setQueueAttributes(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        guard !request.attributes.contains(where: { $0.0 == "FifoQueue" }) else {
            throw .queue("InvalidAttributeName", "Unknown Attribute FifoQueue.")
        }
        var settings = queue.settings
        try settings.apply(request.attributes)
        try checkTarget(settings, request)
        queue.settings = settings
        queue.modifiedAtMs = clock.nowMs
        return QueueAnswer(body: Self.nothing)
    }

    func getQueueAttributes(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        let queue = try queue(request)
        queue.passTime(clock.nowMs)
        let known = QueueDescription.attributes(of: queue)
        let names = Set(known.map(\.0.string))
        for name in request.attributeNames where name != "All" && !names.contains(name.string) {
            guard !QueueDescription.optional.contains(name.string) else { continue }
            throw .queue("InvalidAttributeName", "Unknown Attribute \(name).")
        }
        let all = request.attributeNames.contains("All")
        let wanted = known.filter { all || request.attributeNames.contains($0.0) }
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            guard !wanted.isEmpty else { return }
            writer.object("Attributes") { writer in
                for (name, value) in wanted {
                    writer.name(name.string)
                    writer.element(value)
                }
            }
        }
        return QueueAnswer(body: writer.take())
    }

    private func checkTarget(_ settings: QueueSettings, _ request: QueueRequest) throws(Refusal) {
        guard let redrive = settings.redrive, request.attributes.contains(where: { $0.0 == "RedrivePolicy" })
        else { return }
        guard queue(arn: redrive.targetARN) != nil else {
            throw .invalidParameter(
                "RedrivePolicy", request.attributes.first { $0.0 == "RedrivePolicy" }!.1.string,
                "Dead letter target does not exist.")
        }
    }

    private static let badName = Refusal.invalidParameter(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with "
            + ".fifo suffix and be 1 to 80 in length.")

    private static func isName(_ name: Text) -> Bool {
        guard 6...80 ~= name.count, name.string.hasSuffix(".fifo") else { return false }
        return name.string.utf8.dropLast(5).allSatisfy {
            48...57 ~= $0 || 97...122 ~= $0 | 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }

    private static func address(_ name: Text, _ host: String) -> String {
        "http://\(host)/\(AWSPlace.account)/\(name)"
    }

    private func url(_ name: Text, _ host: String) -> QueueAnswer {
        var writer = JSONWriter()
        writer.object { $0.member("QueueUrl", Self.address(name, host)) }
        return QueueAnswer(body: writer.take())
    }
}
