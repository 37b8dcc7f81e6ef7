/// The right to refresh one key, for a while: the others serve the stale value meanwhile.
package struct RefreshLease: Hashable, Sendable {
    package let key: String
    /// Told apart from a later holder's, so that ending a lost lease does not end theirs.
    package let token: String

    package init(key: String, token: String) {
        self.key = key
        self.token = token
    }
}
