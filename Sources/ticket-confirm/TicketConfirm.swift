import Bootstrap

@main
enum TicketConfirm {
    static func main() { Program.run(.confirmDesk) }
}
