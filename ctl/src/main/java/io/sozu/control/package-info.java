/** Orders, answers and their JSON form. */
package io.sozu.control;
