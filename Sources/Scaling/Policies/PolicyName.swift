/// What a policy may be called: the name becomes part of resource names, where most characters are not allowed.
enum PolicyName {
    static func check(_ name: String) throws(ScalingError) {
        let isRight =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in 97...122 ~= byte || 48...57 ~= byte || byte == 45 }
        guard isRight else {
            throw ScalingError(
                .badName, "`\(name)` is no name for a policy: use a-z, 0-9 and hyphens, at most 64")
        }
    }

    /// `requests-per-task` becomes `RequestsPerTask`, as resources in a template are called.
    static func inTemplate(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
