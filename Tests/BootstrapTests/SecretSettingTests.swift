import Bootstrap
import Testing

@Suite("Secret settings")
struct SecretSettingTests {
    private let secret = "correct-horse-battery-staple-0123456789"
    private let older = "an-older-key-that-still-verifies-0123456"

    private func read(
        _ arguments: [String] = [], _ environment: [String: String], files: [String: String] = [:]
    ) throws(ConfigurationError) -> CommandLineRequest {
        try CommandLineRequest.read(.confirmDesk, arguments: arguments, environment: environment, cores: 2) {
            path in
            files[path].map { Array($0.utf8) }
        }
    }

    private func keys(
        _ arguments: [String] = [], _ environment: [String: String], files: [String: String] = [:]
    ) throws -> [String] {
        guard case .run(let configuration) = try read(arguments, environment, files: files) else { return [] }
        return configuration.buyers?.tokenKeys.map(\.revealed) ?? []
    }

    private func refusal(_ arguments: [String] = [], _ environment: [String: String]) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try read(arguments, environment)
            return nil
        } catch {
            return error
        }
    }

    @Test("a secret comes from a variable or from a file, and several are told apart by commas")
    func sources() throws {
        #expect(try keys([], [:]) == [])
        #expect(try keys([], ["TICKET_TOKEN_KEY": secret]) == [secret])
        #expect(try keys([], ["TICKET_TOKEN_KEY": "\(secret),\(older)"]) == [secret, older])
        #expect(try keys([], ["TICKET_TOKEN_KEY_FILE": "/k"], files: ["/k": secret + "\n"]) == [secret])
        #expect(try keys(["--token-key-file=/k"], [:], files: ["/k": secret + "\r\n"]) == [secret])
    }

    @Test("no message shows a secret")
    func unsaid() throws {
        let short = "hunter2-hunter2"
        let bad = try #require(refusal([], ["TICKET_TOKEN_KEY": short]))
        #expect(bad.message.hasPrefix("TICKET_TOKEN_KEY is not right: it must be at least 32 characters"))
        let onCommandLine = try #require(refusal(["--token-key=\(secret)"], [:]))
        #expect(onCommandLine.message.contains("TICKET_TOKEN_KEY or --token-key-file"))
        let misspelt = try #require(refusal([], ["TICKET_TOKEN_KYE": secret]))
        #expect(misspelt.message == "TICKET_TOKEN_KYE is not a setting; did you mean TICKET_TOKEN_KEY?")
        for error in [bad, onCommandLine, misspelt] {
            #expect(!error.message.contains(short) && !error.message.contains(secret))
        }
        guard case .run(let configuration) = try read([], ["TICKET_TOKEN_KEY": secret]) else {
            Issue.record("the program should run")
            return
        }
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains(secret))
        #expect(!"\(configuration)".contains(secret))
        #expect(!String(reflecting: configuration).contains(secret))
    }

    @Test(
        "a value that stands where nobody expects it shows no secret, and not more than a line",
        arguments: [
            (
                ["--ledgre", "postgres://ticket:hunter2-hunter2@db/t"],
                "--ledgre=postgres://ticket:***@db/t is not a setting of ticket-confirm; did you mean --ledger?"
            ),
            (
                ["--token-kye=hunter2-hunter2"],
                "--token-kye is not a setting of ticket-confirm; did you mean --token-key-file?"
            ),
            (
                ["--tokn-key-file", "hunter2-hunter2"],
                "--tokn-key-file is not a setting of ticket-confirm; did you mean --token-key-file?"
            ),
            (
                ["--db-password", "hunter2-hunter2"],
                "--db-password is not a setting of ticket-confirm; --help lists them all"
            ),
            (
                ["postgres://ticket:hunter2-hunter2@db/t"],
                "postgres://ticket:***@db/t is not expected: settings are given as --name value"
            ),
            (
                ["--no-guests=redis://a:hunter2-hunter2@b"],
                "--no-guests=redis://a:***@b is not right: --no-guests takes no value"
            ),
            (
                ["--zebra", String(repeating: "z", count: 3_000)],
                "--zebra=\(String(repeating: "z", count: 80))… is not a setting of ticket-confirm; --help lists them all"
            ),
        ])
    func misplaced(arguments: [String], message: String) {
        #expect(refusal(arguments, [:])?.message == message)
    }

    @Test("a file that cannot be read, and a secret given in two ways, are refused")
    func conflicts() {
        #expect(
            refusal([], ["TICKET_TOKEN_KEY_FILE": "/none"])?.message
                == "TICKET_TOKEN_KEY_FILE=/none is not right: it must be a readable file of at most 64 KiB")
        #expect(
            refusal([], ["TICKET_TOKEN_KEY": secret, "TICKET_TOKEN_KEY_FILE": "/k"])?.code == .givenTwice)
    }

    @Test("print-config shows whether a secret is set and nothing more")
    func printed() throws {
        guard case .answer(let unset) = try read(["--print-config"], [:]),
            case .answer(let set) = try read(["--print-config"], ["TICKET_TOKEN_KEY": secret])
        else {
            Issue.record("print-config should answer")
            return
        }
        #expect(unset.contains("TICKET_TOKEN_KEY=(not set)"))
        #expect(set.contains("TICKET_TOKEN_KEY=(set)"))
        #expect(!set.contains(secret))
    }
}
