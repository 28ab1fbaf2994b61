/** Lets the page import its style sheet, which the bundler turns into a file. */

declare module '*.css';
