import CTLS

/// A script that the server runs as one step, called by its digest and sent whole where it is not known yet.
struct LuaScript: Sendable {
    let text: String
    /// What the server keeps it under: SHA-1, in hexadecimal.
    let digest: String

    private init(_ text: String) {
        self.text = text
        var digest = [UInt8](repeating: 0, count: 20)
        let bytes = Array(text.utf8)
        // It fails only where OpenSSL has no SHA-1; the server then says NOSCRIPT, and the text is sent.
        _ = ctls_sha1(bytes, bytes.count, &digest)
        let digits = Array("0123456789abcdef".utf8)
        self.digest = String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Puts a record where there is none, or an earlier one, or anything that is no record of ours. The head is
    /// compared byte by byte: Lua would compare texts by the server's locale, and numbers as doubles.
    static let store = LuaScript(
        """
        local new, old = ARGV[1], redis.pcall('GETRANGE', KEYS[1], 0, 19)
        if type(old) == 'string' and #old == 20 and string.sub(old, 1, 4) == string.sub(new, 1, 4) then
          for place = 5, 20 do
            local ours, theirs = string.byte(new, place), string.byte(old, place)
            if ours > theirs then break end
            if ours < theirs or place == 20 then return 0 end
          end
        end
        redis.call('SET', KEYS[1], new, 'PX', ARGV[2])
        return 1
        """)

    /// Lets a lease of this owner run anew, and nobody else's.
    static let extendLease = LuaScript(
        """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 0
        """)

    /// Ends a lease of this owner and nobody else's.
    static let endLease = LuaScript(
        """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """)
}
