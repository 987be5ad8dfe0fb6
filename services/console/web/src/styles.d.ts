/** Styles are imported for their effect on the page; vite makes files of them. */
declare module '*.css';
