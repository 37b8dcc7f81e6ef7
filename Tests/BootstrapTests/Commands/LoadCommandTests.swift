import JSON
import Testing

@Suite("ticket load") struct LoadCommandTests {
    private static let nobody = ["--target", "http://127.0.0.1:1"]
    private static let usage: Int32 = 64
    private static let unavailable: Int32 = 69

    @Test(
        "begins every preset as it is, and finds nobody there",
        arguments: ["onsale", "smoke", "soak"])
    func presets(name: String) {
        let answer = Terminal().run(["load", "--preset", name] + Self.nobody)
        #expect(answer.code == Self.unavailable, "\(answer.err)")
        #expect(answer.err.contains("/public/health"))
    }

    @Test("refuses what is longer or faster than was asked for, and says what allows it")
    func caps() {
        let long = Terminal().run(["load", "--preset", "soak", "--time-scale", "2"] + Self.nobody)
        #expect(long.code == Self.usage)
        #expect(long.err.contains("takes 500 minutes and 250 are allowed: --max-minutes allows more"))
        let short = Terminal().run(["load", "--preset", "soak", "--max-minutes", "60"] + Self.nobody)
        #expect(short.err.contains("takes 250 minutes and 60 are allowed"))
        let shard = Terminal().run(
            ["load", "--preset", "onsale", "--peak", "100000", "--shard", "1/8"] + Self.nobody)
        #expect(shard.code == Self.usage)
        #expect(shard.err.contains("--max-rate allows more"))
    }

    @Test("prints a scenario whatever its rate and length, since nothing is run")
    func prints() {
        let answer = Terminal().run(
            ["load", "--preset", "soak", "--peak", "100000", "--time-scale", "9", "--print-scenario"])
        #expect(answer.code == 0, "\(answer.err)")
        #expect(answer.json?["name"]?.string == "soak")
        #expect(answer.json?["peakPerSecond"]?.integer == 100_000)
    }
}
