import {
    type Showable,
    type Shown,
    alignedRight,
    cut,
    inLines,
    padded,
    row,
    separated,
    shown,
    widthOf,
} from "../../toolkit/shown";
import type { Mark } from "../attempts/run";
import { classTable } from "./classTable";
import { RIGHTS } from "./expectation";
import type { Right } from "./expectation";
import { LETTERS, MISSING, NOT_TRIED, paintAll, painter, REFUSED, type Paint, type Sign, signOf } from "./signs";
import { describeFinding } from "./verdict";
import type { Proof } from "./verdict";

/** The output device of the table. */
export interface Look {
    /** Width of the terminal, in columns. */
    readonly width: number;
    readonly color: boolean;
}

/** Wider names are truncated: the findings show them in full. */
const MAX_NAME = 24;
/** Further findings would add nothing on screen; the result contains all of them. */
const MAX_FINDINGS = 20;

/** The style for this stream: colours on a terminal only, unless NO_COLOR is set (https://no-color.org). */
export function lookOf(
    stream: { readonly isTTY?: boolean; readonly columns?: number },
    environment = process.env,
): Look {
    const color = stream.isTTY === true && (environment["NO_COLOR"] ?? "") === "";
    return { width: stream.columns ?? 100, color };
}

/**
 * The proof as a table, with logins as rows and tenants' data as columns: each cell shows what actually happened. If
 * the table would be wider than the screen, a cell is one character; if not every login tried all data, a row is a class
 * of logins.
 */
export function renderProof(proof: Proof, look: Look): Shown {
    const paint = painter(look.color);
    if (proof.pairs.chosen < proof.pairs.all) {
        return inLines([
            ...classTable(proof, paint, nameOf),
            "",
            ...fullLegend(proof, paint),
            ...summary(proof, paint),
        ]);
    }
    const label = Math.max(0, ...proof.logins.map((login) => widthOf(nameOf(login))));
    const columns = proof.tenants.map(({ name }) => Math.max(RIGHTS.length, widthOf(nameOf(name))));
    const fits = label + columns.reduce((sum, width) => sum + 2 + width, 0) <= look.width;
    return inLines([
        ...(fits ? fullTable(proof, paint, label, columns) : shortTable(proof, paint, label, look.width)),
        "",
        ...(fits ? fullLegend(proof, paint) : shortLegend(proof, paint)),
        ...summary(proof, paint),
    ]);
}

function fullTable({ logins, tenants, cell }: Proof, paint: Paint, label: number, columns: readonly number[]): Shown[] {
    const head = tenants.map(({ name }, i) => padded(nameOf(name), columns[i] ?? 0));
    const rows = logins.map((login) => {
        const cells = tenants.map(({ name }, i) => {
            const marks = cell(login, name);
            const signs = RIGHTS.map((right) => signOf(LETTERS[right], marks?.get(right)));
            return shown`${paintAll(signs, paint)}${padded("", (columns[i] ?? 0) - RIGHTS.length)}`;
        });
        return row([padded(nameOf(login), label), ...cells]);
    });
    return [paint(row([padded("", label), ...head]), "dim"), ...rows];
}

/** One character per cell; the columns are numbered, and split into several blocks if necessary. */
function shortTable({ logins, tenants, cell }: Proof, paint: Paint, label: number, width: number): Showable[] {
    const digits = `${tenants.length}`.length;
    const perBlock = Math.max(1, Math.floor((width - label - digits - 1) / (digits + 1)));
    const blocks = Array.from({ length: Math.ceil(tenants.length / perBlock) }, (_, i) =>
        tenants.slice(i * perBlock, (i + 1) * perBlock),
    );
    return blocks.flatMap((block, b) => {
        const numbers = block.map((_, i) => alignedRight(b * perBlock + i + 1, digits));
        const rows = logins.map((login, index) => {
            const cells = block.map(({ name }): Sign => {
                const { text, style } = shortSignOf(cell(login, name));
                return { text: shown` ${alignedRight(text, digits)}`, style };
            });
            return shown`${alignedRight(index + 1, digits)} ${padded(nameOf(login), label)}${paintAll(cells, paint)}`;
        });
        return [
            ...(b === 0 ? [] : [""]),
            paint(separated([padded("", digits), padded("", label), ...numbers], shown` `), "dim"),
            ...rows,
        ];
    });
}

/** The worst outcome in a cell. */
function shortSignOf(marks: ReadonlyMap<Right, Mark> | undefined): Sign {
    const found = new Set(marks?.values());
    const worst = (["leak", "missing", "undecided", "allowed", "refused"] as const).find((mark) => found.has(mark));
    return signOf(worst === "leak" ? "L" : "o", worst);
}

function fullLegend(proof: Proof, paint: Paint): Shown[] {
    const letters = row(RIGHTS.map((right) => `${LETTERS[right]} ${right}`));
    return legend(proof, paint, shown`${letters}   ${REFUSED} refused, as it should be`, "CAPITAL");
}

function shortLegend(proof: Proof, paint: Paint): Shown[] {
    return legend(
        proof,
        paint,
        shown`o its rights, no more and no less   ${REFUSED} all refused, as it should be`,
        "L",
    );
}

function legend(proof: Proof, paint: Paint, usual: Shown, leak: string): Shown[] {
    const faults =
        isFaultless(proof) && proof.undecided.length === 0
            ? []
            : [shown`${leak} a leak   ${MISSING} a right that is missing   ${NOT_TRIED} not tried or undecided`];
    return [usual, ...faults].map((line) => paint(line, "dim"));
}

function isFaultless({ leaks, missing }: Proof): boolean {
    return leaks.length + missing.length === 0;
}

function summary(proof: Proof, paint: Paint): Showable[] {
    const { attempted, allowed, refused, leaks, missing, undecided, logins, pairs } = proof;
    const counts = `${plural(attempted, "attempt")} by ${plural(logins.length, "login")}, CREATE DATABASE and SET ROLE among them:`;
    const faults = isFaultless(proof)
        ? "no leak, nothing missing"
        : `${plural(leaks.length, "leak")}, ${missing.length} missing`;
    const other = undecided.length === 0 ? "" : `; ${undecided.length} failed for reasons other than rights`;
    const listed = [
        ...leaks.map((finding) => shown`  ${paint("leak", "leak")}     ${describeFinding(finding)}`),
        ...missing.map((finding) => shown`  ${paint("missing", "missing")}  ${describeFinding(finding)}`),
        ...undecided.map((finding) => shown`  failed   ${describeFinding(finding)}`),
    ];
    const more = listed.length - MAX_FINDINGS;
    const left =
        pairs.chosen < pairs.all
            ? [
                  `tried: ${grouped(pairs.chosen)} of ${grouped(pairs.all)} pairs of a login and a tenant's data: its own, a neighbour's, exceptions, samples, and each class on each class; --exhaustive tries all`,
              ]
            : [];
    return [
        counts,
        ...left,
        `${allowed} allowed, ${refused} refused; ${faults}${other}`,
        ...listed.slice(0, MAX_FINDINGS),
        ...(more > 0 ? [shown`  and ${more} more`] : []),
    ];
}

function grouped(count: number): string {
    return count.toLocaleString("en-US");
}

function plural(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function nameOf(name: string): Shown {
    return cut(name, MAX_NAME);
}
