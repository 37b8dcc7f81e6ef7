import Testing

@testable import Redis

@Suite("A Redis URL")
struct RedisURLTests {
    @Test("says where, over what, as whom and which database")
    func parts() throws {
        let plain = try RedisURL("redis://cache.internal")
        #expect(plain.hosts == [RedisAddress(host: "cache.internal", port: 6_379)])
        #expect(!plain.isTLS && !plain.isCluster && plain.user == nil && plain.password == nil)
        let full = try RedisURL("rediss://ana:p%40ss%3aword@10.0.0.1:7000/12")
        #expect(full.isTLS && !full.isCluster && full.database == 12)
        #expect(full.user == "ana" && full.password == "p@ss:word")
        let cluster = try RedisURL("rediss+cluster://:pw@a:1,[::1]:2,c")
        #expect(cluster.isTLS && cluster.isCluster && cluster.user == nil && cluster.password == "pw")
        #expect(cluster.hosts.map(\.description) == ["a:1", "[::1]:2", "c:6379"])
        #expect(try RedisURL("redis+cluster://a/").isCluster)
    }

    @Test(
        "is refused when something of it cannot be meant",
        arguments: [
            "", "localhost:6379", "http://a", "redis:a", "redis://", "redis://a:", "redis://a:0",
            "redis://a:65536",
            "redis://a:1x", "redis://a b", "redis://a/x", "redis://a/-1", "redis://a,b", "redis://a?db=1",
            "redis+cluster://a,", "redis+cluster://a/1", "redis://u%zz@a", "redis://u:%4@a", "redis://[::1",
            "redis://::1",
            "redis://u:%ff@a",
        ])
    func refusals(text: String) {
        #expect(throws: RedisError.self) { try RedisURL(text) }
    }

    @Test("never shows its password")
    func secret() throws {
        let url = try RedisURL("rediss://ana:s3cret@a:1/2")
        #expect("\(url)" == "rediss://a:1/2")
        #expect(RedisCredentials(user: "ana", password: "s3cret").description == "(set)")
    }
}
