/** As it is called at GitHub: what was asked for, or the last part of its path. */
export const assetName = (asset: { readonly path: string; readonly name?: string | undefined }): string =>
  asset.name ?? asset.path.split('/').at(-1) ?? asset.path;
