import Testing
import Ticketing

@testable import Postgres

@Suite("A PostgreSQL URL")
struct PostgresURLTests {
    @Test("has a host, a port, a database, a user and a password, percent-encoded where need be")
    func parts() throws {
        let url = try PostgresURL(
            "postgres://ti%63ket:p%40ss%3Aword@db.example.com:6432/my%20sale?application_name=w")
        #expect(url.host == "db.example.com" && url.port == 6432 && url.database == "my sale")
        #expect(url.user == "ticket" && url.password == "p@ss:word" && url.applicationName == "w")
        #expect(url.sslMode == .verifyFull)
        #expect(url.rootCertificateFile == "/etc/ssl/certs/ca-certificates.crt")
        #expect(try PostgresURL("postgresql://[::1]:5432/x?sslmode=disable").host == "::1")
    }

    @Test("never shows its password")
    func shownWithoutPassword() throws {
        let url = try PostgresURL("postgres://ticket:hush@db.example.com/sale")
        #expect(!"\(url)".contains("hush"))
        #expect("\(url)" == "postgres://ticket@db.example.com/sale?sslmode=verify-full")
    }

    @Test(
        "may leave out the server's proof only on loopback",
        arguments: ["disable", "allow", "prefer", "require"])
    func plain(mode: String) throws {
        for host in ["127.0.0.1", "localhost", "[::1]", "127.3.2.1"] {
            #expect(try PostgresURL("postgres://\(host)/x?sslmode=\(mode)").sslMode.rawValue == mode)
        }
        for host in ["db.example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", ""] {
            #expect(throws: InvalidValue.self) { try PostgresURL("postgres://\(host)/x?sslmode=\(mode)") }
        }
    }

    @Test(
        "that is not right is thrown back",
        arguments: [
            "", "mysql://x/y", "postgres://h:0/x", "postgres://h:99999/x", "postgres://h:p/x",
            "postgres://[::1/x",
            "postgres://a,b/x", "postgres://%2Ftmp/x", "postgres://h/%zz", "postgres://h/a%00b",
            "postgres://h/x?sslmode=maybe", "postgres://h/x?options=-c", "postgres://h/x?sslmode",
            "postgres://h/x?sslmode=verify-ca&sslmode=verify-full",
            "postgres://h/x?sslmode=verify-ca", "postgres://h/x?sslmode=verify-ca&sslrootcert=system",
        ])
    func wrong(text: String) {
        #expect(throws: InvalidValue.self) { try PostgresURL(text) }
    }

    @Test("gives way to a secret for user and password, and is filled by it where it is silent")
    func secret() throws {
        let credentials = try PostgresCredentials(
            secret:
                #"{"username":"u2","password":"p2","host":"h2","port":"7","dbname":"d2","engine":"postgres"}"#
        )
        let full = try PostgresURL("postgres://u1:p1@h1:5/d1")
        #expect(credentials.user(of: full) == "u2" && credentials.password(of: full) == "p2")
        #expect(credentials.host(of: full) == "h1" && credentials.port(of: full) == 5)
        #expect(credentials.database(of: full) == "d1")
        let bare = try PostgresURL("postgres:///")
        #expect(credentials.host(of: bare) == "h2" && credentials.port(of: bare) == 7)
        #expect(credentials.database(of: bare) == "d2")
        let password = try PostgresCredentials(secret: "p3 \r\n")
        #expect(password.user(of: full) == "u1" && password.password(of: full) == "p3 ")
        #expect(!"\(credentials)\(String(reflecting: credentials))".contains("p2"))
    }

    @Test(
        "a secret that makes no sense is an error that does not show it",
        arguments: ["", "\n", "{\"username\":\"hush", "{\"username\":\"hush\"}", "{\"password\":\"hush\"}"])
    func wrongSecret(text: String) {
        let error = #expect(throws: PostgresFailure.self) { try PostgresCredentials(secret: text) }
        #expect(error?.code == .cannotConnect)
        #expect(error?.description.contains("hush") == false)
    }
}
