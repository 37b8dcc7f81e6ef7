import JSON

/// Who we are to PostgreSQL, where the URL does not say it.
enum DatabaseSecret: Sendable, Equatable {
    /// Read again whenever the server refuses it, so a rotated password needs no restart.
    case file(String)
    /// A password, or the JSON that Secrets Manager keeps.
    case text(Secret)

    /// The setting goes before `PGUSER` and `PGPASSWORD`, which a task definition fills from a secret's members.
    init?(_ values: SettingValues) {
        if let path = values.file(of: Settings.ordersSecret) {
            self = .file(path)
        } else if let secret = values[Settings.ordersSecret] {
            self = .text(secret)
        } else if let password = values.toolVariables["PGPASSWORD"], !password.isEmpty {
            guard let user = values.toolVariables["PGUSER"], !user.isEmpty else {
                self = .text(Secret(password))
                return
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("username", user)
                writer.member("password", password)
            }
            self = .text(Secret(String(decoding: writer.bytes, as: UTF8.self)))
        } else {
            return nil
        }
    }
}
