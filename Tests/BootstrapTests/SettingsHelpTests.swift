import Bootstrap
import Testing

@Suite("Help and print-config")
struct SettingsHelpTests {
    private func answer(
        _ executable: Executable, _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> String {
        let request = try CommandLineRequest.read(
            executable, arguments: arguments, environment: environment, cores: 2)
        guard case .answer(let text) = request else { return "" }
        return text
    }

    @Test("help lists the settings that the program uses and no others", arguments: Executable.allCases)
    func lists(executable: Executable) throws {
        let help = try answer(executable, ["--help"])
        for setting in Settings.all {
            let listed = help.split(separator: "\n").contains { line in
                let first = String(line.drop { $0 == " " }.prefix { $0 != " " }).replacing(
                    "--[no-]", with: "--")
                return line.hasPrefix("  --") && (first == setting.flag || first == setting.fileFlag)
            }
            #expect(listed == setting.usedBy.contains(executable), "\(setting.name)")
        }
        #expect(help.hasPrefix(executable.rawValue))
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 140 })
    }

    @Test("help and version are given whatever else is wrong")
    func always() throws {
        #expect(try answer(.publicSite, ["--port=x", "--help"], ["TICKET_X": "1"]).contains("Usage:"))
        #expect(try answer(.orderWorker, ["--version"]) == "ticket-worker \(Executable.version)\n")
    }

    @Test("print-config shows each variable, its value and who said so")
    func effective() throws {
        let text = try answer(.publicSite, ["--print-config", "--port=1"], ["TICKET_LOOPS": "3"])
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.contains(["TICKET_PORT=1", "(flag)"]))
        #expect(lines.contains(["TICKET_LOOPS=3", "(environment)"]))
        #expect(lines.contains(["TICKET_HOST=127.0.0.1", "(default)"]))
        #expect(lines.count == Settings.all.count { $0.usedBy.contains(.publicSite) })
        #expect(throws: ConfigurationError.self) { try answer(.publicSite, ["--print-config", "--port=x"]) }
    }

    @Test(
        "the password of an address is shown by neither",
        arguments: [
            ("TICKET_ORDERS", "postgres://ticket:hunter2hunter2@db.internal/one"),
            ("TICKET_CACHE", "redis://ticket:hunter2hunter2@db.internal:6379"),
        ])
    func passwords(setting: String, url: String) throws {
        let shown = try answer(.allInOne, ["--print-config"], [setting: url])
        #expect(shown.contains("\(setting)=") && shown.contains("@db.internal"))
        #expect(!shown.contains("hunter2"))
        #expect(try !answer(.allInOne, ["--help"], [setting: url]).contains("hunter2"))
    }
}
