// Passes bytes between a client and the given port, and does nothing else: the cost of any relay, for comparison.
import { connect, createServer } from "node:net";

const port = Number(process.argv[2]);
const server = createServer({ noDelay: true }, (client) => {
    const behind = connect({ port, host: "127.0.0.1", noDelay: true });
    client.pipe(behind).pipe(client);
    client.on("error", () => behind.destroy());
    behind.on("error", () => client.destroy());
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
