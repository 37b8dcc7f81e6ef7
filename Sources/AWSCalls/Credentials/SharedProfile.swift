/// `~/.aws/credentials`: sections in brackets, lines `name = value`.
enum SharedProfile {
    /// Nil when there is no file, or when it does not have the profile and nobody asked for it by name.
    static func credentials(
        _ environment: [String: String], readFile: (String) -> String?
    ) throws(AWSError) -> AWSCredentials? {
        let name = environment.filled("AWS_PROFILE")
        let path =
            environment.filled("AWS_SHARED_CREDENTIALS_FILE")
            ?? environment.filled("HOME").map { "\($0)/.aws/credentials" }
        let values = path.flatMap(readFile).map { Self.values(of: name ?? "default", in: $0) } ?? [:]
        guard let key = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
            guard let name else { return nil }
            throw AWSError(.credentials, "the profile `\(name)` has no access key in the credentials file")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    }

    static func values(of profile: String, in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                isInside = line.last == "]" && trimmed(line.dropFirst().dropLast()) == profile
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
