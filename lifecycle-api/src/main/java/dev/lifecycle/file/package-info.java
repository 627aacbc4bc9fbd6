/**
 * Files, streams and whole trees of files in constant memory, whatever their size.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You want</th><th scope="col">take</th></tr>
 * <tr><td>the bytes of a file or a stream, piece by piece</td><td>{@link dev.lifecycle.file.FileProcessor#forEachChunk}</td></tr>
 * <tr><td>its lines, without a {@code String} each</td><td>{@link dev.lifecycle.file.FileProcessor#forEachLine}</td></tr>
 * <tr><td>lines, when your code is to ask for the next one</td><td>{@link dev.lifecycle.file.LineReader}</td></tr>
 * <tr><td>its text, piece by piece, no character cut</td><td>{@link dev.lifecycle.file.FileProcessor#forEachText}</td></tr>
 * <tr><td>the beginning of its text as a {@code String}, bounded</td><td>{@link dev.lifecycle.file.FileProcessor#readText}</td></tr>
 * <tr><td>records with a delimiter, or a size, of your own</td><td>{@link dev.lifecycle.file.FileProcessor#forEachRecord}</td></tr>
 * <tr><td>something made of a file, or nothing if it fails half-way</td><td>{@link dev.lifecycle.file.FileProcessor#process}</td></tr>
 * <tr><td>bytes that come from elsewhere as text</td><td>{@link dev.lifecycle.file.TextDecoder}</td></tr>
 * <tr><td>all files of a tree, in batches, each on its own account, resumed after a kill</td><td>{@link dev.lifecycle.file.TreeProcessor}</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.file;

import org.jspecify.annotations.NullMarked;
