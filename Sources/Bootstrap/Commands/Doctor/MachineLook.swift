import CLinux
import Glibc
import Ticketing

/// What the machine gives: time, descriptors, room on the disk.
enum MachineLook {
    /// When this was written; a machine that believes in an earlier day has lost its clock.
    private static let earliestMs: Int64 = 1_767_225_600_000
    private static let descriptorsBesideConnections = 200
    private static let gibibyte = 1 << 30
    private static let leastFree = 100 << 20

    static func findings(_ run: CommandRun) -> [DoctorFinding] {
        [clock(run), descriptors(), disk(run.configuration.dataDirectory)]
    }

    private static func clock(_ run: CommandRun) -> DoctorFinding {
        let now = run.clock.now()
        guard now.msSinceEpoch >= earliestMs else {
            return .fail(
                "clock", "it is \(now) here", cure: "set the machine's clock, and keep it set with NTP")
        }
        var status = stat()
        if let path = run.configuration.stores.ledger.path, stat(path, &status) == 0,
            Int64(status.st_mtim.tv_sec) * 1_000 > now.msSinceEpoch + 10_000
        {
            return .fail(
                "clock", "it is \(now) here, but \(path) was written later than that",
                cure: "the clock went back: set it, or holds last too long")
        }
        return .ok("clock", "\(now)")
    }

    private static func descriptors() -> DoctorFinding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .warn("descriptors", "the limit is not known", cure: "look at `ulimit -Hn`")
        }
        let wanted = defaultConnections + descriptorsBesideConnections
        // A service raises its limit to the hard one by itself.
        let most = limit.rlim_max == rlim_t.max ? Int.max : Int(clamping: limit.rlim_max)
        guard most >= wanted else {
            return .warn(
                "descriptors", "this user may have \(most) open; \(wanted) are needed for all connections",
                cure: "raise `ulimit -Hn` (LimitNOFILE in systemd), or lower TICKET_MAX_CONNECTIONS")
        }
        return .ok("descriptors", "\(most == Int.max ? "as many as wanted" : "up to \(most)")")
    }

    private static var defaultConnections: Int {
        let defaults = SettingDefaults(executable: .allInOne, cores: 1)
        return Settings.maxConnections.setting.defaultText(defaults).flatMap { Int($0) } ?? 0
    }

    private static func disk(_ directory: String) -> DoctorFinding {
        var volume = statvfs()
        // A directory that is not there yet will be made on the volume of the one we are in.
        guard statvfs(directory, &volume) == 0 || statvfs(".", &volume) == 0 else {
            return .fail(
                "disk", "the volume of \(directory) cannot be asked", cure: "name another with --data")
        }
        let free = Int(clamping: volume.f_bavail) * Int(clamping: volume.f_frsize)
        let words = "\(free >> 20) MiB free for \(directory)"
        guard free >= leastFree else {
            return .fail("disk", words, cure: "make room: a store that cannot write refuses every purchase")
        }
        guard free >= gibibyte else {
            return .warn("disk", words, cure: "make room: a million orders take about a gibibyte")
        }
        return .ok("disk", words)
    }
}
