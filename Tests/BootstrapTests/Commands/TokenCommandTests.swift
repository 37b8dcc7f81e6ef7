import JSON
import Testing
import TicketingTesting

@Suite("ticket token")
struct TokenCommandTests {
    private let terminal = Terminal()

    private func keyName(_ token: some StringProtocol) -> String { String(token.split(separator: ".")[1]) }

    @Test("tokens come one a line, each of another guest, all signed with the key that is kept")
    func guests() {
        let first = terminal.run(["token", "issue", "--count", "3"])
        let second = terminal.run(["token", "issue"])
        #expect(first.code == 0 && second.code == 0)
        let tokens = (first.out + second.out).split(separator: "\n")
        #expect(tokens.count == 4)
        #expect(Set(tokens).count == 4)
        #expect(Set(tokens.map(keyName)).count == 1)
        #expect(terminal.data.mode(of: "token-key") == 0o600)
        #expect(terminal.data.names() == ["token-key"])
    }

    @Test("an account's token names it, as JSON too")
    func account() {
        let answer = terminal.run(["token", "issue", "--buyer", "acme-17", "--hours", "2", "--json"])
        #expect(answer.json?["buyer"] == .string("acme-17"))
        #expect(answer.json?["token"]?.string?.hasPrefix("v1.") == true)
        #expect(terminal.run(["token", "issue", "--buyer", "a b"]).code == 64)
    }

    @Test("a key from the settings signs, and none is made then")
    func givenKey() {
        let secret = String(repeating: "k", count: 40)
        let given = terminal.run(["token", "issue"], environment: ["TICKET_TOKEN_KEY": secret])
        #expect(given.code == 0)
        #expect(terminal.data.names().isEmpty)
        let kept = terminal.run(["token", "issue"])
        #expect(keyName(given.out) != keyName(kept.out))
    }

    @Test("those who start at once on an empty directory agree on one key", arguments: 0..<40)
    func race(round: Int) async {
        let shared = ScratchDirectory()
        let names = await withTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let answer = Terminal().run(["token", "issue", "--data", shared.path], ownData: false)
                    return keyName(answer.out)
                }
            }
            var names: Set<String> = []
            for await name in group { names.insert(name) }
            return names
        }
        #expect(names.count == 1)
        #expect(shared.names() == ["token-key"])
    }

    @Test("a kept key that was cut short is refused and left as it is")
    func brokenKey() {
        _ = terminal.data.write("short\n", to: "token-key")
        let answer = terminal.run(["token", "issue"])
        #expect(answer.code == 69)
        #expect(answer.err.contains("token-key does not hold keys"))
        #expect(terminal.data.names() == ["token-key"])
    }
}
