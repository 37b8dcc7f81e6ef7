import Glibc
import HTTP
import JSON
import Testing
import TicketingTesting

/// What each service does from its start to its end, as an operator sees it.
/// One after the other: each waits for its process on a thread that other tests want too.
@Suite(.serialized) struct ServiceLifeTests {
    static let services = [
        ("ticket-public", "/public/health"), ("ticket-confirm", "/confirm/health"),
        ("ticket-worker", "/health"),
    ]
    static let data = ScratchDirectory()
    static let freePorts = [
        "--port", "0", "--admin-port", "0", "--loops", "2", "--data", data.path,
    ]

    @Test(
        "a service says where it listens, answers health, metrics and readiness, and ends cleanly",
        arguments: services)
    func lives(service: (name: String, health: String)) async throws {
        let process = try ServiceProcess(service.name, Self.freePorts)
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        let client = LoopbackClient(ready.address)
        let admin = LoopbackClient(ready.admin)

        let health = try await client.get(service.health)
        #expect(health.status == 200)
        #expect(health.text.contains(#""status":"ok""#))
        #expect(try await admin.get("/ready").status == 200)
        #expect(try await admin.get("/health").status == 200)
        let metrics = try await admin.get("/metrics").text
        #expect(
            metrics.contains(
                #"ticket_http_requests_total{method="GET",route="\#(service.health)",status="200"} 1"#)
                || metrics.contains(
                    #"ticket_http_requests_total{route="\#(service.health)",method="GET",status="200"} 1"#)
        )
        #expect(metrics.contains("process_resident_memory_bytes"))
        // The private port is private: what operators ask is not served to buyers.
        #expect(try await client.get("/metrics").status == 404)

        process.send(SIGTERM)
        #expect(process.waitForExit() == 0)
        #expect(process.text.contains(#""message":"stopped""#))
    }

    @Test("the desk has read what is on sale when it says that it is ready")
    func warm() async throws {
        let process = try ServiceProcess("ticket-confirm", Self.freePorts)
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        let health = try await LoopbackClient(ready.address).get("/confirm/health")
        #expect(health.json?["dependsOn"]?["catalogue"] == .string("ok"))
        process.send(SIGTERM)
        #expect(process.waitForExit() == 0)
    }

    @Test("readiness fails while the balancer is given time to notice, and requests are still answered")
    func drainDelay() async throws {
        let process = try ServiceProcess("ticket-public", Self.freePorts + ["--drain-delay-ms", "60000"])
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        let client = LoopbackClient(ready.address)
        let admin = LoopbackClient(ready.admin)
        process.send(SIGTERM)
        _ = try #require(process.waitForOutput("draining"))
        let readiness = try await admin.get("/ready")
        #expect(readiness.status == 503)
        #expect(readiness.header("Retry-After") != nil)
        #expect(try await client.get("/public/health").status == 200)
        process.send(SIGTERM)
        #expect(process.waitForExit() == 0)
    }

    @Test("a request that has begun when a service is told to end is answered, and then the service is gone")
    func drains() async throws {
        let process = try ServiceProcess(
            "ticket-public", Self.freePorts + ["--drain-delay-ms", "100", "--log-level", "warning"])
        // Whatever the level of the log, whoever started it learns the address.
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        let begun = try HalfSentRequest("GET /public/health HTTP/1.1\r\nHost: a\r\n", to: ready.address)
        process.send(SIGTERM)
        // The delay is over when nobody is let in any more.
        #expect(await HalfSentRequest.isRefused(by: ready.address))
        #expect(begun.finish("\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(process.waitForExit() == 0)
    }

    @Test("a request that never ends does not keep a service from ending")
    func drainTimeout() throws {
        let process = try ServiceProcess(
            "ticket-public",
            Self.freePorts + [
                "--drain-delay-ms", "0", "--drain-timeout-ms", "300", "--head-timeout-ms", "60000",
            ])
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        let begun = try HalfSentRequest("GET /public/health HTTP/1.1\r\nHost:", to: ready.address)
        process.send(SIGTERM)
        #expect(process.waitForExit() == 0)
        #expect(begun.finish(" a\r\n\r\n") == "")
    }

    @Test("a service listens on the host it is given, and on no other")
    func host() async throws {
        let process = try ServiceProcess("ticket-public", Self.freePorts + ["--host", "127.0.0.2"])
        let ready = try #require(ReadyLine(process.waitForOutput("ready")))
        #expect(ready.address.hasPrefix("127.0.0.2:"))
        let port = ready.address.split(separator: ":")[1]
        #expect(await HalfSentRequest.isRefused(by: "127.0.0.1:\(port)"))
        let begun = try HalfSentRequest("GET /public/health HTTP/1.1\r\nHost: a\r\n", to: ready.address)
        #expect(begun.finish("Connection: close\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
    }

    @Test("a second signal ends a service at once")
    func secondSignal() throws {
        let process = try ServiceProcess("ticket-public", Self.freePorts + ["--drain-delay-ms", "60000"])
        _ = try #require(process.waitForOutput("ready"))
        process.send(SIGTERM)
        _ = try #require(process.waitForOutput("draining"))
        process.send(SIGINT)
        #expect(process.waitForExit() == 0)
        #expect(process.text.contains("a second signal"))
    }

    @Test("a port that is taken stops the start with one line that says which and what to do")
    func portTaken() throws {
        let first = try ServiceProcess("ticket-public", Self.freePorts)
        let ready = try #require(ReadyLine(first.waitForOutput("ready")))
        let port = String(ready.address.split(separator: ":")[1])
        let second = try ServiceProcess(
            "ticket-public", ["--port", port, "--admin-port", "0", "--data", Self.data.path])
        #expect(second.waitForExit() == 69)
        #expect(second.text.contains("cannot bind to 127.0.0.1:\(port): Address already in use"))
        #expect(second.text.split(separator: "\n").count == 1)
    }

    @Test(
        "a library that the settings need and that cannot be opened stops the start with one line; nobody else needs it",
        arguments: [
            ("libpq.so.5", ["TICKET_ORDERS": "postgres://ticket@127.0.0.1:1/t?sslmode=disable"], "libpq5"),
            (
                "libcurl.so.4",
                [
                    "TICKET_LEDGER": "dynamodb:tickets", "AWS_REGION": "eu-west-1",
                    "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "local",
                    "AWS_SECRET_ACCESS_KEY": "local",
                ], "libcurl4"
            ),
        ])
    func missingLibrary(library: String, settings: [String: String], package: String) throws {
        let broken = ScratchDirectory()
        broken.write("no library", to: library)
        let environment = ["LD_LIBRARY_PATH": broken.path]
        let without = try ServiceProcess("ticket-worker", Self.freePorts, environment: environment)
        #expect(ReadyLine(without.waitForOutput("ready")) != nil)
        without.send(SIGTERM)
        #expect(without.waitForExit() == 0)

        let with = try ServiceProcess(
            "ticket-worker", Self.freePorts, environment: environment.merging(settings) { $1 })
        #expect(with.waitForExit() != 0)
        #expect(with.text.contains("apt-get install \(package)"))
        #expect(with.text.split(separator: "\n").count == 1)
    }

    @Test("an unknown or bad setting stops the start with one line and exit code 64", arguments: services)
    func badSettings(service: (name: String, health: String)) throws {
        for (arguments, environment, expected) in [
            (["--port", "eighty"], [:], "--port=eighty"), (["--prot", "80"], [:], "--prot=80"),
            (["--prot=81"], [:], "--port"),
            ([], ["TICKET_LOOPS": "0"], "TICKET_LOOPS=0"), ([], ["TICKET_PROT": "1"], "TICKET_PORT"),
        ] as [([String], [String: String], String)] {
            let process = try ServiceProcess(service.name, arguments, environment: environment)
            #expect(process.waitForExit() == 64)
            #expect(process.text.contains(expected), "\(process.text)")
            #expect(process.text.split(separator: "\n").count == 1)
        }
    }

    @Test(
        "help and the effective settings are printed without starting anything",
        arguments: services.map(\.0) + ["ticket"])
    func help(name: String) throws {
        let help = try ServiceProcess(name, name == "ticket" ? ["run", "--help"] : ["--help"])
        #expect(help.waitForExit() == 0)
        #expect(help.text.contains("--admin-port"))
        let effective = try ServiceProcess(
            name, ["--print-config"],
            environment: [
                "TICKET_PORT": "1234", "TICKET_TOKEN_KEY": "secret-of-thirty-two-characters-and-more",
            ])
        #expect(effective.waitForExit() == 0)
        #expect(effective.text.contains("TICKET_PORT=1234"))
        #expect(!effective.text.contains("secret-of-thirty-two"))
    }
}
