import { CLIENTS, COLUMNS, ENDPOINTS, type Outcomes, RESTRICTED, type Row } from "../../bench/clients/catalog";
import { page, table } from "./markdown";

const INTRODUCTION = `Each cell was tried: a program of [examples/clients](../examples/clients) ran under \`keyless run\`, as it would on AWS, and
connected to the writer, the reader and a proxy of an Aurora cluster with the certificate verified. A cell says \`works\` if the session was
that of the right user, could write at the writer and through the proxy, and was refused a write by a replica at the reader. \`npm run clients\` repeats
all of it and writes this page; it needs the languages' toolchains and their registries.`;

const HOW = `The SDK's default chain finds the credentials in each kind of environment, and signs a token for one host. A library needs three
things: the token as the password of each new connection, the certificate authorities, and verification of the host's name (\`verify-full\`, which is
not every library's default). On AWS, only the authorities differ: there, they are RDS' bundle.`;

const OTHERS = `mysql2 (Node.js) and pg (Ruby) are not in the table: the sandbox has no MySQL server, and the AWS SDK for Ruby that could be
installed where this page was made (Debian's, 3.168.1) knows neither EKS Pod Identity nor \`AWS_ENDPOINT_URL_STS\`.`;

/** docs/clients.md, from what the last run of `npm run clients` recorded. */
export function clientsPage(recorded: string): string {
    const rows = JSON.parse(recorded) as readonly Row[];
    const tried = CLIENTS.flatMap((client) => {
        const cells = rows.find(({ id }) => id === client.id)?.cells;
        return cells === undefined ? [] : [{ ...client, cells }];
    });
    const cells = tried.flatMap((row) => Object.values(row.cells).flatMap((each) => Object.values(each)));
    const works = cells.filter((outcome) => outcome === "works").length;
    const counted = `${cells.length} cells tried, ${works} work.`;
    return page(
        "Clients",
        INTRODUCTION,
        counted,
        table(
            ["Language", "Library", ...COLUMNS],
            tried.map(({ language, library, version, cells }) => {
                const name = version === "system" ? library : `${library} ${version}`;
                return [language, name, ...COLUMNS.map((column) => cellOf(cells[column]))];
            }),
        ),
        OTHERS,
        ...notTried(rows),
        `The last column is a system that allows no private hosts file (\`${RESTRICTED}\`): macOS, most containers, and Ubuntu 24.04 without root.
[Identity in the sandbox](sandbox-identity.md) describes what resolves the names there, and the line that fixes it.`,
        ...failures(rows),
        "## How",
        HOW,
        table(
            ["Language", "Library", "The token is signed by"],
            tried.map(({ language, library, signs }) => [language, library, signs]),
        ),
    );
}

function cellOf(outcomes: Outcomes | undefined): string {
    if (outcomes === undefined) {
        return "not tried";
    }
    const working = ENDPOINTS.filter((endpoint) => outcomes[endpoint] === "works");
    return working.length === ENDPOINTS.length
        ? "works"
        : working.length === 0
          ? "**no**"
          : `${working.join(", ")} only`;
}

function failures(rows: readonly Row[]): string[] {
    const lines = rows.flatMap(({ id, cells = {} }) =>
        Object.entries(cells).flatMap(([column, outcomes]) =>
            ENDPOINTS.filter((endpoint) => outcomes[endpoint] !== "works").map((endpoint) => [
                CLIENTS.find((client) => client.id === id)?.library ?? id,
                column,
                endpoint,
                outcomes[endpoint],
            ]),
        ),
    );
    return lines.length === 0 ? [] : ["What did not work:", table(["Library", "Column", "Endpoint", "Error"], lines)];
}

function notTried(rows: readonly Row[]): string[] {
    const lines = rows.flatMap(({ id, notTried: why }) => {
        const client = CLIENTS.find((each) => each.id === id);
        return why === undefined || client === undefined ? [] : [`- ${client.language}, ${client.library}: ${why}.`];
    });
    return lines.length === 0 ? [] : ["Not tried:", lines.join("\n")];
}
