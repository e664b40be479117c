// Passes bytes between whoever connects and the port named, and does nothing else: what any relay costs, for comparison.
import { connect, createServer } from "node:net";

const port = Number(process.argv[2]);
const server = createServer({ noDelay: true }, (client) => {
    const behind = connect({ port, host: "127.0.0.1", noDelay: true });
    client.pipe(behind).pipe(client);
    client.on("error", () => behind.destroy());
    behind.on("error", () => client.destroy());
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
