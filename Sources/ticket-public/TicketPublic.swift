import Bootstrap

@main
enum TicketPublic {
    static func main() { Program.run(.publicSite) }
}
