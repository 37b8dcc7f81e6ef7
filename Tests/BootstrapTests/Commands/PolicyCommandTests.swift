import JSON
import Testing
import TicketingTesting

@Suite("ticket policies and tasks")
struct PolicyCommandTests {
    private let terminal = Terminal()

    @Test("what was rendered passes the check, and what was not fails it", arguments: ["policies", "tasks"])
    func check(group: String) {
        let into = ["--into", terminal.data.path]
        #expect(terminal.run([group, "render", "--check"] + into, ownData: false).code == 1)
        #expect(terminal.run([group, "render"] + into, ownData: false).code == 0)
        #expect(terminal.run([group, "render", "--check"] + into, ownData: false).code == 0)
    }

    @Test("policies that cannot be are refused and write nothing")
    func refused() {
        let into = ["--into", terminal.data.path]
        let answer = terminal.run(
            ["policies", "render"] + into, environment: ["TICKET_SCALING_PUBLIC_TASKS": "9-3"], ownData: false
        )
        #expect(answer.code == 64 && answer.err.contains("minimum of 9 tasks is above the maximum of 3"))
        #expect(
            terminal.run(["policies", "render", "--check"] + into, ownData: false).out.contains("differs"))
    }

    @Test("a plan is a document with its sums and commands; the offset of the time is heeded")
    func plan() {
        let answer = terminal.run([
            "policies", "onsale", "--at", "2999-03-01T10:00:00+09:00", "--expect", "100000", "--app", "shop",
            "--json",
        ])
        #expect(answer.code == 0, "\(answer.err)")
        #expect(answer.json?["opensAt"]?.string == "2999-03-01T01:00:00.000Z")
        #expect(answer.json?["plan"]?[0]?["amount"]?.integer == 31)
        #expect(answer.json?["commands"]?[0]?["command"]?.string?.contains("at(2999-03-01T00:30:00)") == true)
    }

    private func commands(_ words: [String], _ environment: [String: String]) -> String {
        let answer = terminal.run(
            ["policies", "onsale", "--at", "2999-03-01T10:00Z", "--expect", "100000"] + words,
            environment: environment)
        #expect(answer.code == 0, "\(answer.err)")
        return answer.out
    }

    @Test("what stands every day is what env.sh says, unless a flag says otherwise")
    func standing() {
        let environment = [
            "AURORA_MIN_ACU": "0.5", "AURORA_MAX_ACU": "48", "DYNAMODB_WARM_READS": "20000",
            "DYNAMODB_WARM_WRITES": "80000",
        ]
        let said = commands([], environment)
        #expect(said.contains("MinCapacity=0.5,MaxCapacity=48"))
        #expect(!said.contains("update-table"))
        let flags = commands(["--usual-acu", "2.5-96", "--warm-writes", "50000"], environment)
        #expect(flags.contains("MinCapacity=2.5,MaxCapacity=96"))
        #expect(flags.contains("ReadUnitsPerSecond=20000,WriteUnitsPerSecond=72800"))
        #expect(commands([], ["AURORA_MIN_ACU": ""]).contains("MinCapacity=1,MaxCapacity=64"))
    }

    @Test(
        "what cannot stand is refused by name",
        arguments: [
            (["--usual-acu", "0.7-64"], [:]), (["--usual-acu", "64-1"], [:]), (["--usual-acu", "0-64"], [:]),
            (["--usual-acu", "1-nan"], [:]), (["--warm-reads", "100"], [:]),
            ([], ["AURORA_MIN_ACU": "0.7"]), ([], ["AURORA_MAX_ACU": "many"]),
            ([], ["DYNAMODB_WARM_WRITES": "3999"]), ([], ["DYNAMODB_WARM_READS": "x"]),
        ] as [([String], [String: String])])
    func refusedStanding(words: [String], environment: [String: String]) throws {
        let answer = terminal.run(
            ["policies", "onsale", "--at", "2999-03-01T10:00Z", "--expect", "1"] + words,
            environment: environment)
        #expect(answer.code == 64)
        #expect(answer.err.contains(try #require(words.first ?? environment.keys.first)))
    }

    @Test(
        "a time that is over, has no zone or is none is refused",
        arguments: [
            "2020-03-01T10:00:00Z", "2999-03-01T10:00:00", "soon", "2999-13-01T10:00Z",
            "2999-03-01T10:00+15:00",
        ])
    func times(text: String) {
        #expect(terminal.run(["policies", "onsale", "--at", text, "--expect", "1"]).code == 64)
    }
}
