import Glibc

/// Nanoseconds on a processor by thread name, from the scheduler's own books.
func threadTimesNs() -> [String: Int] {
    var times: [String: Int] = [:]
    guard let directory = opendir("/proc/self/task") else { return times }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
        let id = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let name = read("/proc/self/task/\(id)/comm")?.dropLast(),
            let ns = read("/proc/self/task/\(id)/schedstat")?.split(separator: " ").first.flatMap({ Int($0) })
        else { continue }
        times[String(name), default: 0] += ns
    }
    return times
}

private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1_024)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}
