import JSON

/// Who we are to the server. Made of a secret's text: a password alone, or the JSON that AWS Secrets Manager keeps
/// for a database, `{"username":"ticket","password":"…","host":"…","port":5432,"dbname":"ticket"}`.
///
/// User and password of the secret go before those of the URL, since a rotation changes them; where the server is
/// is said by the URL, and by the secret where the URL is silent.
package struct PostgresCredentials: Equatable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    private var user: String?
    private var password: String?
    private var host: String?
    private var port: Int?
    private var database: String?

    /// Nothing beside the URL.
    static let none = PostgresCredentials()

    private init() {}

    init(user: String?, password: String) {
        self.user = user
        self.password = password
    }

    /// The same, as `user` where no user is said.
    func filled(user: String?) -> PostgresCredentials {
        var filled = self
        filled.user = self.user ?? user
        return filled
    }

    init(secret text: String) throws(PostgresFailure) {
        let trimmed = text.drop { $0.isWhitespace }
        guard trimmed.first == "{" else {
            var line = text[...]
            // An editor ends the file with a line feed that is not part of the password.
            while line.last?.isNewline == true { line.removeLast() }
            guard !line.isEmpty else { throw Self.wrong("is empty", cause: nil) }
            password = String(line)
            return
        }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: text)
        } catch {
            // The parser's words may quote the secret: only that it failed is said.
            throw Self.wrong("begins with { and is no JSON", cause: nil)
        }
        user = document["username"]?.string
        password = document["password"]?.string
        host = document["host"]?.string
        // Consoles write the port as a number, people as text.
        port = document["port"]?.integer.map { Int($0) } ?? document["port"]?.string.flatMap { Int($0) }
        database = document["dbname"]?.string
        guard user != nil, password != nil else {
            throw Self.wrong("must have a username and a password", cause: nil)
        }
    }

    private static func wrong(_ what: String, cause: (any Error)?) -> PostgresFailure {
        PostgresFailure(.cannotConnect, "the secret of the database \(what)", cause: cause)
    }

    func host(of url: PostgresURL) -> String {
        url.host.isEmpty ? host ?? "localhost" : url.host
    }

    func port(of url: PostgresURL) -> Int { url.port ?? port ?? PostgresURL.defaultPort }
    func database(of url: PostgresURL) -> String { url.database ?? database ?? "ticket" }
    func user(of url: PostgresURL) -> String { user ?? url.user ?? "ticket" }
    func password(of url: PostgresURL) -> String? { password ?? url.password }

    package var description: String { "(set)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
