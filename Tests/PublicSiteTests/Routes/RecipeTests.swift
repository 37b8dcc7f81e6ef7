import EventLoop
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("A recipe")
struct RecipeTests {
    /// Runs on the loop without a task that prefers it: nothing but the function's own isolation keeps it there.
    private actor Caller {
        private nonisolated let stage: Stage

        init(_ stage: Stage) { self.stage = stage }

        nonisolated var unownedExecutor: UnownedSerialExecutor { stage.loop.asUnownedSerialExecutor() }

        func makesBodyOnLoop() async throws -> Bool {
            let site = stage.site.value
            let loop = stage.loop
            let recipe = site.seatRecipe(site.boards[.named("small-hall")]) { _ in loop.isCurrent ? [1] : [0]
            }
            return try await recipe.body() == [1]
        }
    }

    @Test("makes its body on the caller's loop, whoever's task it is")
    func staysOnLoop() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            _ = try await stage.get("/public/events/small-hall/availability")
            let caller = Caller(stage)
            let isOnLoop = try await Task.detached { try await caller.makesBodyOnLoop() }.value
            #expect(isOnLoop)
        }
    }
}
