import Bootstrap
import HTTP
import Telemetry
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    private func configuration(
        _ arguments: [String] = [], _ environment: [String: String] = [:],
        _ executable: Executable = .publicSite,
        cores: Int = 4, files: [String: String] = [:]
    ) throws -> ServiceConfiguration {
        let request = try CommandLineRequest.read(
            executable, arguments: arguments, environment: environment, cores: cores
        ) { path in files[path].map { Array($0.utf8) } }
        guard case .run(let configuration) = request else { throw ExpectedARun() }
        return configuration
    }

    private struct ExpectedARun: Error {}

    private func refusal(
        _ arguments: [String] = [], _ environment: [String: String] = [:],
        _ executable: Executable = .publicSite
    ) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try CommandLineRequest.read(
                executable, arguments: arguments, environment: environment, cores: 4
            ) { _ in nil }
            return nil
        } catch {
            return error
        }
    }

    @Test("with nothing said, every setting has its default")
    func defaults() throws {
        let configuration = try configuration()
        #expect(configuration.hosting.host == "127.0.0.1")
        #expect(configuration.hosting.port == 8080)
        #expect(configuration.hosting.adminPort == 9080)
        #expect(configuration.hosting.loops == 4)
        #expect(configuration.logLevel == .info)
        #expect(configuration.hosting.server.accessLogSamplePercent == 1)
        #expect(configuration.hosting.server.maxConnections == 20_000)
        #expect(configuration.hosting.server.maxRequestsInFlight == 1_024)
        #expect(configuration.hosting.server.headTimeoutMs == 10_000)
        #expect(configuration.hosting.server.bodyTimeoutMs == 10_000)
        #expect(configuration.hosting.server.handlerTimeoutMs == 5_000)
        #expect(configuration.hosting.server.writeTimeoutMs == 20_000)
        #expect(configuration.hosting.server.idleTimeoutMs == 75_000)
        #expect(configuration.hosting.server.parser.maxRequestLineBytes == 8_192)
        #expect(configuration.hosting.server.parser.maxHeaderBytes == 16_384)
        #expect(configuration.hosting.server.parser.maxHeaderCount == 64)
        #expect(configuration.hosting.server.parser.maxBodyBytes == 16_384)
        #expect(configuration.hosting.drainDelayMs == 0)
        #expect(configuration.hosting.drainTimeoutMs == 25_000)
        #expect(configuration.stores.ledger.path == ".data/ticket.db")
        #expect(configuration.warnings.isEmpty)
    }

    @Test("each program has ports of its own, and guests are on where a small venue starts")
    func defaultsOfEach() throws {
        #expect(try configuration([], [:], .confirmDesk).hosting.port == 8081)
        #expect(try configuration([], [:], .confirmDesk).hosting.adminPort == 9081)
        #expect(try configuration([], [:], .orderWorker).hosting.port == 8082)
        #expect(try configuration([], [:], .orderWorker).hosting.adminPort == 9082)
        #expect(try configuration([], [:], .allInOne).hosting.port == 8080)
        #expect(try configuration([], [:], .confirmDesk).buyers?.admitsGuests == false)
        #expect(try configuration([], [:], .allInOne).buyers?.admitsGuests == true)
        #expect(try configuration([], [:], .publicSite).buyers == nil)
        #expect(try configuration([], [:], .allInOne).runsWorker)
        #expect(try !configuration([], [:], .publicSite).runsWorker)
        #expect(try configuration(cores: 200).hosting.loops == 64)
    }

    @Test(
        "a flag goes before a variable, a variable before the default; both ways of writing a flag mean the same"
    )
    func precedence() throws {
        let environment = ["TICKET_PORT": "1000", "TICKET_LOG_LEVEL": "debug", "PATH": "/bin"]
        #expect(try configuration([], environment).hosting.port == 1000)
        #expect(try configuration(["--port", "2000"], environment).hosting.port == 2000)
        #expect(try configuration(["--port=0"], environment).hosting.port == 0)
        #expect(try configuration(["--port=0"], environment).logLevel == .debug)
        #expect(try configuration(["--access-log-sample=0.5"]).hosting.server.accessLogSamplePercent == 0.5)
    }

    @Test("the stores lie in the data directory unless they are told otherwise")
    func dataDirectory() throws {
        let moved = try configuration(["--ledger=sqlite:/other/l.db"], ["TICKET_DATA": "/var/ticket"])
        #expect(moved.stores.ledger.path == "/other/l.db")
        #expect(moved.stores.queue.path == "/var/ticket/ticket.db")
        #expect(moved.stores.catalogue.path == "/var/ticket/ticket.db")
    }

    @Test("a switch stands alone, takes on or off, and has a no")
    func switches() throws {
        func demo(_ arguments: String...) throws -> Bool {
            try configuration(arguments, [:], .allInOne).makesDemoEvent
        }
        #expect(try !demo())
        #expect(try demo("--demo"))
        #expect(try demo("--demo", "--port", "0"))
        #expect(try demo("--demo", "on"))
        #expect(try demo("--demo=on"))
        #expect(try !demo("--demo", "off"))
        #expect(try !demo("--no-demo"))
        #expect(try !configuration(["--no-worker"], [:], .allInOne).runsWorker)
        #expect(try configuration([], ["TICKET_GUESTS": "on"], .confirmDesk).buyers?.admitsGuests == true)
    }

    @Test("one environment serves all the programs, bad values of others included")
    func sharedEnvironment() throws {
        var environment: [String: String] = [:]
        for setting in Settings.all where setting.name != "port" && setting.name != "admin-port" {
            let defaults = SettingDefaults(executable: .allInOne, cores: 2)
            if let text = setting.defaultText(defaults) { environment[setting.variable] = text }
        }
        for executable in Executable.services { _ = try configuration([], environment, executable) }
        _ = try configuration([], ["TICKET_PAYMENTS": "cash"], .publicSite)
        #expect(refusal([], ["TICKET_PAYMENTS": "cash"], .orderWorker)?.code == .badValue)
    }

    @Test("a bad setting is refused in one line that names it, its value, and what would be right")
    func refusals() {
        let cases: [([String], [String: String], ConfigurationError.Code, String)] = [
            (
                ["--port", "80808"], [:], .badValue,
                "--port=80808 is not right: it must be a port from 0 to 65535"
            ),
            (
                [], ["TICKET_PORT": "http"], .badValue,
                "TICKET_PORT=http is not right: it must be a port from 0 to 65535"
            ),
            (
                [], ["TICKET_PORT": ""], .badValue,
                "TICKET_PORT= is not right: it must be a port from 0 to 65535"
            ),
            (
                [], ["TICKET_PORT": "+80"], .badValue,
                "TICKET_PORT=+80 is not right: it must be a port from 0 to 65535"
            ),
            (
                [], ["TICKET_LOG_LEVEL": "INFO"], .badValue,
                "TICKET_LOG_LEVEL=INFO is not right: it must be debug, info, warning, error"
            ),
            (
                ["--host=localhost"], [:], .badValue,
                "--host=localhost is not right: it must be an IPv4 or IPv6 address, for example 0.0.0.0"
            ),
            (
                ["--ledger=sqlite:"], [:], .badValue,
                "--ledger=sqlite: is not right: it must be sqlite:PATH or dynamodb:TABLE"
            ),
            (
                ["--cache=redis://user:secret@x?y"], [:], .badValue,
                "--cache=redis://user:***@x?y is not right: it must be memory: or redis://HOST:PORT, or rediss://, "
                    + "redis+cluster://, rediss+cluster://"
            ),
            (
                ["--orders=postgres://db.example/ticket?sslmode=disable"], [:], .badValue,
                "--orders=postgres://db.example/ticket?sslmode=disable is not right: it must be sqlite:PATH or "
                    + "postgres://USER@HOST:PORT/DATABASE, with sslmode=verify-full unless HOST is this machine"
            ),
            (
                ["--queue=sqs:orders"], [:], .badValue,
                "--queue=sqs:orders is not right: it must be sqlite:PATH or sqs:QUEUE_URL of a FIFO queue"
            ),
            (
                ["--access-log-sample=101"], [:], .badValue,
                "--access-log-sample=101 is not right: it must be a percentage from 0 to 100"
            ),
            (
                ["--prot", "80"], [:], .unknownFlag,
                "--prot=80 is not a setting of ticket-public; did you mean --port?"
            ),
            (["--hepl"], [:], .unknownFlag, "--hepl is not a setting of ticket-public; did you mean --help?"),
            (
                ["--zebra"], [:], .unknownFlag,
                "--zebra is not a setting of ticket-public; --help lists them all"
            ),
            (
                ["--zebra", "--port", "80"], [:], .unknownFlag,
                "--zebra is not a setting of ticket-public; --help lists them all"
            ),
            (
                ["--payments=sandbox:"], [:], .unknownFlag,
                "--payments is a setting of ticket-worker and ticket run, not of ticket-public"
            ),
            (
                [], ["TICKET_PROT": "80"], .unknownVariable,
                "TICKET_PROT is not a setting; did you mean TICKET_PORT?"
            ),
            (["8080"], [:], .unexpectedArgument, "8080 is not expected: settings are given as --name value"),
            (["-p"], [:], .unexpectedArgument, "-p is not expected: settings are given as --name value"),
            (["--port"], [:], .missingValue, "--port has no value: it must be a port from 0 to 65535"),
            (
                ["--port", "--loops=1"], [:], .missingValue,
                "--port has no value: it must be a port from 0 to 65535"
            ),
            (["--port=1", "--port=2"], [:], .givenTwice, "--port is given twice: it must be given once"),
            (
                ["--port=90", "--admin-port=90"], [:], .contradiction,
                "TICKET_PORT and TICKET_ADMIN_PORT are both 90: they must be two ports"
            ),
        ]
        for (arguments, environment, code, message) in cases {
            let error = refusal(arguments, environment)
            #expect(error?.code == code, "\(arguments) \(environment)")
            #expect(error?.message == message)
        }
        #expect(ConfigurationError.exitCode == 64)
    }

    @Test("a refusal stays one line of bounded length whatever the value holds")
    func oneLine() throws {
        let error = try #require(
            refusal([], ["TICKET_PORT": "1\n2\u{1B}[31m" + String(repeating: "x", count: 5_000)]))
        #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(error.message.count < 200)
    }

    @Test("the longest head that may be set is one that the parser can hold")
    func longestHead() throws {
        let hosting = try configuration(["--max-request-line-bytes=16384", "--max-header-bytes=32768"])
            .hosting
        let parser = hosting.server.parser
        #expect(parser.maxRequestLineBytes + parser.maxHeaderBytes <= ParserLimits.mostHeadBytes)
        #expect(refusal(["--max-request-line-bytes=16385"])?.code == .badValue)
        #expect(refusal(["--max-header-bytes=32769"])?.code == .badValue)
    }

    @Test("two free ports are no contradiction; a burst below the rate is one")
    func contradictions() throws {
        _ = try configuration(["--port=0", "--admin-port=0"])
        #expect(refusal(["--buyer-rate=100", "--buyer-burst=99"], [:], .confirmDesk)?.code == .contradiction)
        _ = try configuration(["--buyer-rate=100", "--buyer-burst=100"], [:], .confirmDesk)
    }

    @Test("what is allowed and probably not meant is a warning")
    func warnings() throws {
        #expect(try configuration(["--idle-timeout-ms=60000"]).warnings.count == 1)
        #expect(try configuration(["--idle-timeout-ms=60001"]).warnings.isEmpty)
        #expect(try configuration(["--drain-delay-ms=5001"]).warnings.count == 1)
        #expect(try configuration(["--max-connections=10"]).warnings.count == 1)
    }

    @Test("every default is a value that its setting accepts, and no two settings share a name")
    func consistency() {
        for executable in Executable.services {
            let defaults = SettingDefaults(executable: executable, cores: 2)
            for setting in Settings.all {
                guard let text = setting.defaultText(defaults) else {
                    #expect(setting.isSecret)
                    continue
                }
                #expect(
                    refusal(["\(setting.flag)=\(text)"], [:], executable)?.code != .badValue,
                    "\(setting.name)")
            }
        }
        #expect(Set(Settings.all.map(\.variable)).count == Settings.all.count)
        #expect(Settings.all.allSatisfy { $0.help.hasSuffix(".") && !$0.usedBy.isEmpty })
    }
}
