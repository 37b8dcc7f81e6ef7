import EventLoop

/// The first words on a connection: which protocol, who we are, which database, and whether the server is of the
/// kind the URL says.
struct RedisGreeting {
    private let connection: RedisConnection

    init(_ connection: RedisConnection) { self.connection = connection }

    private var client: RedisClient { connection.node.client }
    private var address: RedisAddress { connection.node.address }

    func begin() {
        let credentials: RedisCredentials?
        do throws(RedisError) {
            credentials = try RedisCredentials.current(client.url, client.settings)
        } catch {
            return connection.fail(error)
        }
        var hello = ["HELLO", "3"]
        if let credentials { hello += ["AUTH", credentials.user, credentials.password] }
        ask(hello) { reply in
            if reply.kind == .error { return helloFailed(reply.text, credentials) }
            return check(reply)
        }
    }

    /// A server before version 6, or something in between that knows only the older protocol.
    private func helloFailed(_ error: String, _ credentials: RedisCredentials?) -> RedisError? {
        guard error.hasPrefix("NOPROTO") || error.hasPrefix("ERR unknown command") else {
            return refused(error)
        }
        guard let credentials else {
            selectDatabase()
            return nil
        }
        let words =
            client.url.user == nil
            ? ["AUTH", credentials.password] : ["AUTH", credentials.user, credentials.password]
        ask(words) { reply in
            if reply.kind == .error { return refused(reply.text) }
            guard reply.equals("OK") else { return .unexpected(reply, insteadOf: "OK") }
            selectDatabase()
            return nil
        }
        return nil
    }

    private func check(_ reply: RESPReply) -> RedisError? {
        guard reply.kind == .map || reply.kind == .array, let mode = reply.value.member("mode")?.text else {
            return .unexpected(reply, insteadOf: "what it is")
        }
        guard mode == "cluster" || !client.url.isCluster else {
            return wrongServer("\(address) belongs to no cluster: use redis:// or rediss://")
        }
        guard mode != "cluster" || client.url.isCluster else {
            return wrongServer("\(address) belongs to a cluster: use redis+cluster:// or rediss+cluster://")
        }
        selectDatabase()
        return nil
    }

    private func selectDatabase() {
        guard client.url.database != 0 else { return connection.greeted() }
        ask(["SELECT", String(client.url.database)]) { reply in
            if reply.kind == .error { return refused(reply.text) }
            guard reply.equals("OK") else { return .unexpected(reply, insteadOf: "OK") }
            connection.greeted()
            return nil
        }
    }

    /// An answer that is not what was asked for is the caller's to judge; what it returns ends the connection.
    private func ask(_ words: [String], _ answered: @escaping (RESPReply) -> RedisError?) {
        let deadlineNs = client.loop.nowNs + client.settings.connectTimeoutMs * 1_000_000
        connection.send(
            RedisExchange(.plain(words), deadlineNs: deadlineNs) { result in
                guard case .success(let reply) = result else { return nil }
                return answered(reply)
            })
    }

    private func wrongServer(_ why: String) -> RedisError? {
        connection.fail(RedisError(.wrongServer, why))
        return nil
    }

    /// Not a surprise, but nothing to go on with either.
    private func refused(_ error: String) -> RedisError? {
        connection.fail(ErrorAnswer(error).error(from: address))
        return nil
    }
}
