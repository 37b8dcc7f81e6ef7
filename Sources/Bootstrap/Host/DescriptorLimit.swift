import CLinux

/// A connection is a descriptor, and the usual limit of 1,024 is far below what is served here.
enum DescriptorLimit {
    /// Raises the limit to the highest that this process may have.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
