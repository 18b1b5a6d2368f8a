// @ts-check
// Reads a print job on stdin with npos, which NODE_PATH leads to; writes what npos understood as JSON on stdout.
"use strict";

const { readFileSync } = require("node:fs");
const npos = require("npos");

/**
 * @param {{tree: {ascii: string, fn: string}[], entries: {type: string, data: Bitmap}[]}} job
 * @typedef {{width: number, height: number, data: Buffer}} Bitmap One byte a dot, 0 is black.
 */
function told(job) {
  return {
    commands: job.tree.map((node) => node.ascii + node.fn),
    pictures: job.entries
      .filter((entry) => entry.type === "raster")
      .map(({ data }) => ({ width: data.width, height: data.height, dots: data.data.toString("base64") })),
  };
}

npos
  .parser()
  .parse(readFileSync(0))
  .then((job) => process.stdout.write(JSON.stringify(told(job))));
