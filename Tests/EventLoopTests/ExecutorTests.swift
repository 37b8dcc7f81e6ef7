import EventLoop
import Testing

/// Off the loop or on it, whoever calls: what this function is under `NonisolatedNonsendingByDefault`.
private func isOn(_ loop: EventLoop) async -> Bool { loop.isCurrent }

@concurrent private func isOnConcurrently(_ loop: EventLoop) async -> Bool { loop.isCurrent }

private actor Shard {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var count = 0

    init(loop: EventLoop) { self.loop = loop }

    func isOnItsLoop() async -> Bool {
        let before = loop.isCurrent
        await Task.yield()
        let callee = await isOn(loop)
        return before && callee && loop.isCurrent
    }

    func add() -> Int {
        count += 1
        return count
    }

    nonisolated func assertsIsolation() { assertIsolated() }
}

@Suite("A loop as an executor")
struct ExecutorTests {
    @Test("runs a task that prefers it, before and after every wait")
    func preferred() async throws {
        try await withLoop { loop in
            let seen = try await loop.run {
                var seen = [loop.isCurrent]
                await Task.yield()
                seen.append(loop.isCurrent)
                seen.append(await isOn(loop))
                await loop.sleep(forMs: 1)
                seen.append(loop.isCurrent)
                return seen
            }
            #expect(seen == [true, true, true, true])
            #expect(!loop.isCurrent)
        }
    }

    @Test("runs the children that a group pins to it")
    func groups() async {
        await withLoop { loop in
            let onLoop = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 { group.addTask(executorPreference: loop) { await isOn(loop) } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(onLoop == 100)
        }
    }

    @Test("runs the actors that name it, and what they call")
    func actors() async {
        await withLoop { loop in
            let shard = Shard(loop: loop)
            #expect(await shard.isOnItsLoop())
        }
    }

    @Test("two hundred tasks on an actor of the loop count without a race")
    func actorCounts() async {
        await withLoop { loop in
            let shard = Shard(loop: loop)
            let counts = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { await shard.add() } }
                return await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(counts == Set(1...200))
        }
    }

    /// The trap that design section 5 names: a preference is for what hops, and what is isolated to an actor, and
    /// all it calls, stays with that actor.
    @Test("a preference around a call on the main actor does not bring the call to the loop")
    @MainActor func preferenceAroundACall() async {
        await withLoop { loop in
            let stays = await withTaskExecutorPreference(loop) { await isOn(loop) }
            #expect(!stays)
            let hops = await withTaskExecutorPreference(loop) { await isOnConcurrently(loop) }
            #expect(hops)
        }
    }

    @Test("a preference around a call brings what has no actor to the loop, and back after it")
    func preferenceWithoutActor() async {
        await withLoop { loop in
            let hops = await withTaskExecutorPreference(loop) { await isOn(loop) }
            #expect(hops)
            #expect(!loop.isCurrent)
        }
    }

    @Test(
        "an immediate task with the preference begins inside the call and goes on after a wait, all on the loop"
    )
    func immediate() async throws {
        try await withLoop { loop in
            let seen = try await loop.run {
                var begun = false
                let bound = LoopBound(Box(), on: loop)
                let task = Task.immediate(executorPreference: loop) {
                    bound.value.flags.append(loop.isCurrent)
                    await Task.yield()
                    bound.value.flags.append(loop.isCurrent)
                }
                begun = bound.value.flags.count == 1
                await task.value
                return [begun] + bound.value.flags
            }
            #expect(seen == [true, true, true])
        }
    }

    private final class Box { var flags: [Bool] = [] }

    @Test("asserts isolation for its actors on its thread")
    func isolation() async {
        await withLoop { loop in
            let shard = Shard(loop: loop)
            loop.runAndWait { shard.assertsIsolation() }
        }
    }

    @Test("jobs from ten threads all run, each once")
    func manyProducers() async {
        await withLoop { loop in
            let total = await withTaskGroup(of: Int.self) { group in
                for producer in 0..<10 {
                    group.addTask {
                        var sum = 0
                        for index in 0..<500 {
                            sum += await Task(executorPreference: loop) {
                                loop.preconditionIsCurrent()
                                return producer * 500 + index
                            }.value
                        }
                        return sum
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(total == (0..<5_000).reduce(0, +))
        }
    }
}
