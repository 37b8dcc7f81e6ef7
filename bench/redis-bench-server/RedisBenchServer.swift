@main enum RedisBenchServer { static func main() {} }
