import EventLoop
import Ticketing

/// The shared cache on Redis, for the loop it is made for: one connection to each server, commands of a turn in one
/// write.
///
/// Make one for each loop. Its calls may come from anywhere: on the loop they go straight to the connection, from
/// elsewhere they take a way through the loop's inbox. None of them waits longer than the command's deadline, and
/// while a server is known to be away they fail at once.
///
// Sendable although the client is not: `onLoop` is the only way to it, and it runs on the loop.
package final class RedisCache: SharedCache, @unchecked Sendable {
    package let loop: EventLoop
    private let client: RedisClient
    private let randomness: any Randomness
    private let maxEntryBytes: Int

    /// Connects with the first call. It throws when the URL or the settings cannot be used, CA file included.
    package init(
        url: RedisURL, settings: RedisSettings = RedisSettings(), loop: EventLoop,
        randomness: any Randomness, observer: @escaping RedisObserver = { _ in }
    ) throws(RedisError) {
        self.loop = loop
        self.randomness = randomness
        maxEntryBytes = settings.maxEntryBytes
        client = try RedisClient(url, settings, loop: loop, randomness: randomness, observer: observer)
    }

    /// Throws what the initialiser would: for whoever makes caches later, where nobody can be told.
    package static func check(_ url: RedisURL, _ settings: RedisSettings) throws(RedisError) {
        if url.isTLS { _ = try TLSContext(caFile: settings.caFile) }
    }

    deinit { close() }

    /// Ends every connection; calls without an answer fail, and so do all later ones.
    package func close() {
        let client = LoopHeld(client)
        loop.execute { client.value.close() }
    }

    package func entry(_ key: String) async throws(PortError) -> CacheEntry? {
        let result: Result<CacheEntry?, RedisError> = await withUnsafeContinuation { reader in
            if loop.isCurrent { return client.readEntry(key, for: reader) }
            let client = LoopHeld(client)
            loop.execute { client.value.readEntry(key, for: reader) }
        }
        switch result {
        case .success(let entry): return entry
        case .failure(let error): throw error.portError(isWrite: false)
        }
    }

    package func store(
        _ entry: CacheEntry, under key: String, ttlMs: Int
    ) async throws(PortError) -> Bool {
        guard ttlMs > 0, entry.bytes.count <= maxEntryBytes else { return false }
        return try await change(.storeEntry(entry, key: key, ttlMs: ttlMs), Self.oneOrZero)
    }

    package func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
        let token = randomness.bytes(count: 16).map { String($0, radix: 36) }.joined(separator: ".")
        let isHeld = try await change(
            .takeLease(key: key, token: token, leaseMs: max(leaseMs, 1))
        ) { reply throws(RedisError) in
            if reply.kind == .null { return false }
            guard reply.kind == .simple, reply.equals("OK") else { throw .unexpected(reply, insteadOf: "OK") }
            return true
        }
        return isHeld ? RefreshLease(key: key, token: token) : nil
    }

    package func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
        try await change(
            .extendLease(key: lease.key, token: lease.token, leaseMs: max(leaseMs, 1)),
            Self.oneOrZero)
    }

    package func endRefresh(_ lease: RefreshLease) async throws(PortError) {
        _ = try await change(.endLease(key: lease.key, token: lease.token), Self.oneOrZero)
    }

    @Sendable private static func oneOrZero(_ reply: RESPReply) throws(RedisError) -> Bool {
        guard reply.kind == .integer, reply.equals("1") || reply.equals("0") else {
            throw .unexpected(reply, insteadOf: "0 or 1")
        }
        return reply.equals("1")
    }

    // MARK: The way to the loop

    /// Everything but the reading of entries changes something.
    private func change<Value: Sendable>(
        _ command: RedisCommand,
        _ decode: @escaping @Sendable (RESPReply) throws(RedisError) -> Value
    ) async throws(PortError) -> Value {
        let result: Result<Value, RedisError> = await withUnsafeContinuation { continuation in
            onLoop { client in
                client.send(command) { answer in
                    do throws(RedisError) {
                        let value = try decode(try answer.get())
                        continuation.resume(returning: .success(value))
                        return nil
                    } catch {
                        continuation.resume(returning: .failure(error))
                        guard case .success = answer else { return nil }
                        return error
                    }
                }
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw error.portError(isWrite: true)
        }
    }

    private func onLoop(_ body: @escaping @Sendable (RedisClient) -> Void) {
        if loop.isCurrent { return body(client) }
        let client = LoopHeld(client)
        loop.execute { body(client.value) }
    }
}

/// Carries the client to its loop.
///
// Sendable although the client is not: it is made only to be opened by a closure that runs on the loop.
private struct LoopHeld: @unchecked Sendable {
    let value: RedisClient

    init(_ value: RedisClient) { self.value = value }
}
