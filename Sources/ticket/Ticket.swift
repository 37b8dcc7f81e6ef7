import Bootstrap

@main
enum TicketMain {
    static func main() { TicketTool.main() }
}
