/// `~/.aws/credentials` and `~/.aws/config`: sections in brackets, lines `name = value`. Of a profile its keys and its
/// region are read; roles, single sign-on and programs that print credentials are not.
enum SharedProfile {
    /// Nil when there is no file, or when none has the profile and nobody asked for it by name.
    static func credentials(
        _ environment: [String: String], readFile: (String) -> String?
    ) throws(AWSError) -> AWSCredentials? {
        // A key and its secret come from one place: the credentials file, if it has a key.
        for values in [inCredentials(environment, readFile), inConfig(environment, readFile)] {
            guard let key = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
                continue
            }
            return AWSCredentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: values["aws_session_token"])
        }
        guard let name = environment.filled("AWS_PROFILE") else { return nil }
        throw AWSError(
            .credentials,
            "the profile `\(name)` has no access key in the credentials file nor in the config file")
    }

    /// The profile's, where the environment names none.
    static func region(_ environment: [String: String], readFile: (String) -> String?) -> String? {
        inConfig(environment, readFile).filled("region")
            ?? inCredentials(environment, readFile).filled("region")
    }

    private static func inCredentials(
        _ environment: [String: String], _ readFile: (String) -> String?
    ) -> [String: String] {
        let text = file("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment).flatMap(readFile)
        return text.map { values(of: environment.filled("AWS_PROFILE") ?? "default", in: $0) } ?? [:]
    }

    /// Its sections are called `profile NAME`, all but the default one, which may be.
    private static func inConfig(
        _ environment: [String: String], _ readFile: (String) -> String?
    ) -> [String: String] {
        guard let text = file("AWS_CONFIG_FILE", "config", environment).flatMap(readFile) else { return [:] }
        let name = environment.filled("AWS_PROFILE") ?? "default"
        let named = values(of: "profile \(name)", in: text)
        return named.isEmpty && name == "default" ? values(of: name, in: text) : named
    }

    private static func file(
        _ variable: String, _ name: String, _ environment: [String: String]
    ) -> String? {
        environment.filled(variable) ?? environment.filled("HOME").map { "\($0)/.aws/\(name)" }
    }

    static func values(of profile: String, in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                let words = line.dropFirst().dropLast().split(whereSeparator: \.isWhitespace)
                isInside = line.last == "]" && words.joined(separator: " ") == profile
                continue
            }
            guard isInside, let equals = line.firstIndex(of: "=") else { continue }
            values[trimmed(line[..<equals]).lowercased()] = trimmed(line[line.index(after: equals)...])
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
