/** How C functions are found and linked: shared by what calls them, and for nobody outside this module. */
package io.sozu.bindings.foreign;
